/**
 * Ways to ask the same thing. Frames run in order over a line of plain words without articles, in which
 * `does` is `do`, `are` is `is`, and the topic is one word; each leaves a concept.
 */
export const FRAMES: readonly (readonly [frame: RegExp, meaning: string])[] = [
  [
    / (?:how much|what) (?:do|is|did|will|would|should|can) ([a-z ]{0,60}?)(?:cost|pay|spend|charge)(?= )/,
    'price $1',
  ],
  [/ how (?:expensive|costly|pricey) /, 'price'],
  [/ how much (?:is|was) (qtopicq) $/, 'price $1'],
  [/ (?:is|was) (qtopicq) (?:expensive|costly|pricey) $/, 'price $1'],
  [/ how long (?:do|did|will|can|should|would) ([a-z ]{0,60}?)(?:last|live|endure)(?= )/, 'lifespan $1'],
  [/ (?:life (?:expectancy|span|time)|lifespan|lifetime|service life) /, 'lifespan'],
  [/ how (?:much time|long) (?:do|did|will|would) ([a-z ]{0,60}?)(?:take|need)(?= )/, 'duration $1'],
  [/ how (?:often|frequently|regularly|many times) /, 'frequency'],
  [/ how much (?:do|did|will) ([a-z ]{0,60}?)weigh(?= )/, 'weight $1'],
  [/ how much noise (?:do|did|will) ([a-z ]{0,60}?)make(?= )/, 'noise $1'],
  [/ how (?:heavy|light) /, 'weight'],
  [/ how (?:loud|noisy|quiet|silent) /, 'noise'],
  [/ how (?:big|large|small) /, 'size'],
  [/ how (?:tall|high) /, 'height'],
  [/ how wide /, 'width'],
  [/ how deep /, 'depth'],
  [/ how far /, 'range'],
  [/ how old /, 'age'],
  [/ how (?:fast|quick|quickly) /, 'speed'],
  [/ how (?:strong|powerful) /, 'power'],
  [/ how well /, ''],
  [/ (?:what|which)(?: is| was)? number of /, 'how many '],
  [/ (?:what|which)(?: is| was)? amount of /, 'how much '],
  [/ (?:death toll|toll) of /, 'how many died '],
  [/ what (?:is|was) (?:reason|cause)(?: that| why| of| for)? /, 'why '],
  [/ (?:what caused|what causes|how come) /, 'why '],
  [/ (?:in |at )?(?:what|which) (?:year|date|time|point|day) /, 'when '],
  [/ (?:in |at )?(?:what|which) (?:place|places|location|city|country) /, 'where '],
  [/ (?:what|which) (?:person|company|people) /, 'who '],
  [/ (?:what|which) (?:type|kind|sort|style|model|types|kinds|sorts|styles|models) of /, ''],
  [/ made (?:of|from|out of) /, 'material '],
  [/ is it (?:possible|ok|okay) to /, 'can '],
  [
    / (?:what|which) is (?:right|proper|correct|good|best|easiest|simplest) (?:way|method) (?:to|of|for) /,
    'how-to ',
  ],
  [
    / (?:how do|how can|how should|how would|how could|how might) (?:i|you|we|one|someone|people|they) /,
    'how-to ',
  ],
  [/ how to /, 'how-to '],
  [/ (?:pass|passed|passes) away /, 'die '],
  [/ (?:come|came|comes) up with /, 'invent '],
  [/ (?:hard|difficult|easy|simple) to /, 'ease '],
  [/ how (?:hard|difficult|easy|simple) /, 'ease '],
  [/ (?:good|suitable|right) for /, 'for '],
  [/ (?:lot|lots|plenty) of /, 'much '],
]

/** What a question asks after: question words and the concepts that frames leave. Never stemmed. */
export const ASKED: ReadonlySet<string> = new Set(
  `who when where why how-to frequency price lifespan duration weight noise size height width depth range age
  speed many much`.split(/\s+/),
)

/** Groups of words that mean the same in such texts; the first is the concept. */
const SYNONYM_GROUPS = `
price cost cheapness pricing
buy purchase acquire
need require
repair fix mend
store keep
choose pick select
operate use
help assist aid
begin start
size dimension measurement
weight weigh
noise loud noisy quiet silent
quick fast rapid speed
cheap inexpensive affordable budget
expensive pricey costly
sustainable eco eco-friendly ecological green environmental
warranty guarantee
brand maker manufacturer
feature function
child kid kids
home house
car vehicle automobile
photo picture image photograph
invent create devise
die died dying dies death dead
find found discover discovered
lose lost loses losing
survive survivor
kill killing
material made
born birth
famous renowned well-known
important significant
influence impact effect affect shape
film movie
benefit advantage pro upside merit
drawback disadvantage con downside
difference differ different distinguish
durable sturdy robust longlasting durability sturdiness
safe safety safely
power electricity energy
consume consumption
lifespan lifetime
clean wash
remove eliminate
rescue save
legal legally
allow permit
wood wooden hardwood
colour color
job work
gift present
danger dangerous risk risky
beginner novice
`

/** A word to its concept. */
export const SYNONYMS: ReadonlyMap<string, string> = new Map(
  SYNONYM_GROUPS.trim()
    .split('\n')
    .flatMap((line) => {
      const words = line.trim().split(' ')
      return words.map((word) => [word, words[0] as string] as const)
    }),
)

/**
 * Words that do not tell two such texts apart. Question words that change the answer (`who`, `when`, `where`,
 * `why`, `how-to`) and words that turn or bound it (`not`, `without`, `than`, `more`) are no stop words.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an the is was am been being do did have has had can could will would shall should may might must
  i you we me my your our us it its they them their one someone people this that these those some any
  what which of to for in on at by with from as and there here so also just
  really actually usually typically generally normally currently please ever still
  typical average normal general usual how`.split(/\s+/),
)
