#!/usr/bin/env node
// Plain JavaScript that every Node can read, so that an old one gets a message and not a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`forage: Node ${process.versions.node} is too old; it needs 20.19 or newer`)
  process.exit(1)
}
import('../dist/cli/entry.js').then(
  ({ runProcess }) => runProcess(),
  (error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('entry.js')) throw error
    console.error('forage: dist/ is not there: run "npm run build" first')
    process.exit(1)
  },
)
