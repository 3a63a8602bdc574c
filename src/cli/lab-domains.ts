import { loadAudience } from '../lab/audience-file.ts'
import type { ExperimentDomain } from '../lab/experiments/plan.ts'
import type { Preset, PresetName } from '../lab/experiments/presets.ts'
import { MIXED_AUDIENCE, paperDomains } from '../lab/experiments/table5.ts'
import { loadTopicSet } from '../lab/topic-set.ts'
import type { LabFlags } from './lab-flags.ts'

/** The paper's topics and populations. */
export async function loadedPaperDomains(): Promise<ExperimentDomain[]> {
  const [shopping, generalKnowledge, mixed] = await Promise.all([
    loadTopicSet('shopping'),
    loadTopicSet('general-knowledge'),
    loadAudience(MIXED_AUDIENCE),
  ])
  return paperDomains(shopping, generalKnowledge, mixed)
}

/**
 * The paper's domains, and a preset with the audiences that an experiment of many arms takes; a domain without any
 * of them is left out, unless flags name topics or audiences.
 */
export async function narrowed(
  { audiences: _, ...preset }: Preset,
  flags: LabFlags,
  byPreset: Readonly<Partial<Record<PresetName, readonly string[]>>>,
): Promise<{ readonly preset: Preset; readonly domains: ExperimentDomain[] }> {
  const all = await loadedPaperDomains()
  const audiences = byPreset[preset.key]
  if (audiences === undefined || flags.topics !== undefined || flags.audiences !== undefined) {
    return { preset: audiences === undefined ? preset : { ...preset, audiences }, domains: all }
  }
  const domains = all.filter((domain) => domain.audiences.some(({ name }) => audiences.includes(name)))
  return { preset: { ...preset, audiences }, domains }
}
