# The service in a small image that runs as nobody special.
#   docker build -t forage .                           hosted models: set a provider's key
#   docker build -t forage --build-arg ENGINES=local . a small model in the process as well (about 300 MB more)
ARG NODE=20-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY sdk/package.json sdk/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The engines in the process weigh more than all else together; who uses a hosted model needs none of them. What they
# bring for other systems goes in any case.
ARG ENGINES=none
RUN npm run --silent build \
  && if [ "$ENGINES" = none ]; then npm pkg delete optionalDependencies; fi \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32

FROM node:${NODE}
# With DATABASE_URL the data are on that server, and FORAGE_DATA is not looked at.
ENV NODE_ENV=production FORAGE_HOME=/data/home FORAGE_DATA=/data/store FORAGE_HOST=0.0.0.0 FORAGE_PORT=8787
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
# A link in node_modules leads to the client, whose script the service gives to pages.
COPY --from=build /app/sdk/package.json sdk/
COPY --from=build /app/sdk/dist sdk/dist
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
COPY --from=build /app/data data
RUN mkdir /data && chown node:node /data && ln -s /app/bin/forage.js /usr/local/bin/forage
USER node
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.FORAGE_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/forage.js"]
CMD ["serve"]
