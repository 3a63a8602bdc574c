/** Every figure the checks compare with, in one place. How the measured ones were found: docs/checks.md. */
export const CHECK_LIMITS = {
  /** Characters allowed for each allowed word; what is longer is not read further. */
  charactersPerWord: 25,
  /** Characters always allowed, however few the words. */
  charactersMin: 200,
  /** Parts that hyphens may join into one word: `state-of-the-art`. */
  hyphenatedPartsMax: 4,
  /** Letters in one word. */
  wordLettersMax: 40,
  /** Letters of one kind in a row. */
  sameLetterRunMax: 3,
  /** Consonants of a Latin word in a row. */
  consonantRunMax: 6,
  /** Marks on one letter. */
  stackedMarksMax: 3,
  /** Smallest share of letters among all signs that are no space. */
  letterShareMin: 0.55,
  /** Largest share of letters in a script that neither the topic nor the task's brief uses. */
  foreignLetterShareMax: 0.3,
  /** Words of a topic that is a name, and may be named whatever it looks like. */
  topicNameWordsMax: 4,
  topicNameCharactersMax: 100,
  /** Words in a row that a text may not have in common with the notes for the writer. */
  notesRunWords: 6,
  /** Times a content word may stand in one text. */
  contentWordTimesMax: 2,
  /** Times any word may stand in one text. */
  anyWordTimesMax: 4,
  /** Mean natural log-probability of the sampled tokens; what is lower is refused. */
  meanLogProbabilityFloor: -2.2,
  /** How many spreads (standard deviations) below the mean of earlier texts is too far. */
  fluencySpreadsMax: 3,
  /** Smallest spread assumed, so that a few alike texts do not refuse all others. */
  fluencySpreadMin: 0.15,
  /** Earlier texts with a known log-probability that the second rule needs. */
  fluencyKnownMin: 3,
  /** Smallest cosine of two comparable texts that makes them the same, by encoder name. */
  similarityMin: { minilm: 0.7 } as Readonly<Record<string, number>>,
  /** Added where two texts differ in one concept only: glass instead of plastic. */
  onePlaceExtraSimilarity: 0.08,
  /** For encoders that were not measured. */
  similarityMinElse: 0.9,
} as const
