/** How large an experiment is, and who writes and judges unless flags say otherwise. */
export interface Preset {
  readonly key: PresetName
  /** For help texts. */
  readonly summary: string
  /** Without it the first that is there, as everywhere. */
  readonly writer?: string
  readonly scorer: string
  /** The first topics of each set; all when left out. */
  readonly topicsMax?: number
  /** Audiences; all when left out. */
  readonly audiences?: readonly string[]
  /** Long or dear: say what it takes and ask first. */
  readonly asksFirst: boolean
}

export const PRESET_NAMES = ['smoke', 'small', 'paper'] as const
export type PresetName = (typeof PRESET_NAMES)[number]

/** The settings of the loop are the paper's in all of them. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  smoke: {
    key: 'smoke',
    summary: '3 topics a domain, all populations, no model: shows that everything works',
    writer: 'grammar',
    scorer: 'words',
    topicsMax: 3,
    asksFirst: false,
  },
  small: {
    key: 'small',
    summary: '3 topics and 2 personas a domain, the local model',
    writer: 'local',
    scorer: 'embedding',
    topicsMax: 3,
    audiences: ['quality', 'ethics', 'history', 'person'],
    asksFirst: false,
  },
  paper: {
    key: 'paper',
    summary: 'all 50 topics a domain, all populations: hours on a local model',
    scorer: 'embedding',
    asksFirst: true,
  },
}
