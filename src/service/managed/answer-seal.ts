import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { ServiceRandom } from '../dependencies.ts'
import type { AnswerSeal } from './idempotency.ts'

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals answers that hold a secret (AES-256-GCM) with the API key that asked for them, which the store has only a
 * hash of: whoever reads the store cannot open them, and the request sent again can.
 *
 * @param secretKey the whole key that the request carries
 */
export function answerSeal(secretKey: string, random: Pick<ServiceRandom, 'id'>): AnswerSeal {
  const key = createHmac('sha256', secretKey).update('forage: answers to idempotency keys').digest()
  return {
    seal(text) {
      const iv = Buffer.from(random.id(), 'base64url').subarray(0, IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      const text = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]
      return Buffer.concat(text).toString('utf8')
    },
  }
}
