import { describe, expect, it } from 'vitest'
import { serviceSettings } from './service-settings.ts'

describe('serviceSettings', () => {
  it('needs nothing', () => {
    expect(serviceSettings({}, {})).toEqual({
      place: { directory: './forage-data' },
      host: '127.0.0.1',
      port: 8787,
      writer: undefined,
      trustedProxies: 0,
      retentionDays: 90,
      runsOptimizer: true,
      leaseSeconds: 60,
      logLevel: 'info',
      signingKey: 1,
      stopSeconds: 15,
      rateLimitFactor: 1,
    })
  })

  it('takes flags before the environment', () => {
    const env = {
      DATABASE_URL: 'postgres://forage@localhost/forage',
      FORAGE_PORT: '9000',
      FORAGE_HOST: '0.0.0.0',
      FORAGE_WRITER: 'grammar',
      FORAGE_RETENTION_DAYS: 'never',
      FORAGE_OPTIMIZER: 'off',
      FORAGE_TRUSTED_PROXIES: '1',
      FORAGE_DATA: '/ignored/with/a/server',
    }
    expect(serviceSettings({ port: '0', host: '::1' }, env)).toMatchObject({
      place: { url: 'postgres://forage@localhost/forage' },
      host: '::1',
      port: 0,
      writer: 'grammar',
      retentionDays: null,
      runsOptimizer: false,
      trustedProxies: 1,
    })
    expect(serviceSettings({}, { FORAGE_DATA: '', FORAGE_PORT: ' ', DATABASE_URL: '' })).toEqual(
      serviceSettings({}, {}),
    )
  })

  it('takes a factor for the rate limits, or none at all', () => {
    const factor = (given: string) => serviceSettings({}, { FORAGE_RATE_LIMITS: given }).rateLimitFactor
    expect([factor('off'), factor('0.5'), factor('20'), factor('')]).toEqual([
      Number.POSITIVE_INFINITY,
      0.5,
      20,
      1,
    ])
    for (const wrong of ['0', '-1', 'none', '1e9']) expect(() => factor(wrong)).toThrow(/FORAGE_RATE_LIMITS/)
  })

  it('tells everything that is wrong at once, and no password', () => {
    const wrong = () =>
      serviceSettings(
        { port: '70000' },
        {
          DATABASE_URL: 'mysql://root:hunter2@localhost/x',
          FORAGE_LOG_LEVEL: 'loud',
          FORAGE_RETENTION_DAYS: '0',
          FORAGE_TRUSTED_PROXIES: 'yes',
        },
      )
    expect(wrong).toThrow(
      /DATABASE_URL.*\n.*--port.*70000.*\n.*FORAGE_TRUSTED_PROXIES.*\n.*FORAGE_RETENTION_DAYS.*\n.*FORAGE_LOG_LEVEL/,
    )
    expect(wrong).not.toThrow(/hunter2/)
    expect(() => serviceSettings({ data: 'x' }, { DATABASE_URL: 'postgres://h/d' })).toThrow(
      /leave one of them out/,
    )
  })
})
