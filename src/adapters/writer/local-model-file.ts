import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { ForageError, InputError } from '../../core/errors.ts'

/** Parts of a file that its fingerprint is made from, and bytes of each. */
const PARTS = 64
const PART_BYTES = 65_536

/**
 * Eight hexadecimal digits that tell model files of one name apart: from the size and 64 parts spread evenly,
 * because reading many gigabytes at every start would take longer than loading them.
 *
 * @throws InputError when the file cannot be read
 */
export async function modelFingerprint(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const hash = createHash('sha256').update(String(size))
      const buffer = new Uint8Array(PART_BYTES)
      for (let part = 0; part < PARTS; part++) {
        const position = Math.floor((Math.max(0, size - PART_BYTES) * part) / (PARTS - 1))
        const { bytesRead } = await file.read(buffer, 0, PART_BYTES, position)
        hash.update(buffer.subarray(0, bytesRead))
      }
      return hash.digest('hex').slice(0, 8)
    } finally {
      await file.close()
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'it is not there' : code === 'EISDIR' ? 'it is a directory' : code
    throw new InputError('--writer', path, `the model file cannot be read (${reason}); give a GGUF file`, {
      cause,
    })
  }
}

/**
 * The file of a model on the hub, such as `hf:user/repository/file.gguf` or `hf:user/repository:Q4_K_M`, brought
 * into `directory` unless it is there.
 *
 * @throws ForageError `writer-unavailable`; an aborted signal throws its reason
 */
export async function hubModelFile(
  uri: string,
  directory: string,
  onBytes: (doneBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const { resolveModelFile } = await import('node-llama-cpp').catch((cause: unknown) => {
    throw new ForageError(
      'writer-unavailable',
      'The engine for local models, node-llama-cpp, is not installed. Install it with "npm install node-llama-cpp", or name another writer with --writer.',
      { cause },
    )
  })
  try {
    return await resolveModelFile(uri, {
      directory,
      cli: false,
      deleteTempFileOnCancel: false,
      onProgress: ({ downloadedSize, totalSize }) => onBytes(downloadedSize, totalSize),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    const reason = (cause as Error).message.split('\n')[0]
    throw new ForageError(
      'writer-unavailable',
      `${uri} could not be fetched (${reason}). Check the name and the network, or fetch the file by hand and give --writer local:FILE.gguf.`,
      { cause, isRetryable: true },
    )
  }
}
