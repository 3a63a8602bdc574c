/** One side of a topic that people may care about, with the words to write about it. */
export interface Aspect {
  readonly key: string
  /** What a text can be about. No two aspects of a domain share one. */
  readonly details: readonly string[]
  /** Sentences with `{detail}` and `{topic}`; neither is ever a subject, so that number and verb cannot clash. */
  readonly questions: readonly string[]
  readonly statements: readonly string[]
  /** Words that tell the aspect of a text written by somebody else. */
  readonly cues: readonly string[]
}

const list = (text: string) => text.split(',').map((part) => part.trim())

/** For things that are bought. */
export const SHOPPING_ASPECTS: readonly Aspect[] = [
  {
    key: 'price',
    details: list(
      `the purchase price, running costs, spare parts, seasonal discounts, delivery fees, repair bills,
      second-hand offers, hidden charges, yearly upkeep, monthly subscriptions, payment in instalments,
      cheap models, costly refills, energy bills, bulk deals, resale value`,
    ),
    questions: [
      'How much should I budget for {detail} with {topic}?',
      'Can I save money on {detail} when buying {topic}?',
      'What should I know about {detail} before paying for {topic}?',
      'How can I compare {detail} across shops that sell {topic}?',
      'Will {detail} raise the total cost of {topic}?',
    ],
    statements: [
      'How {detail} can change the real cost of {topic}',
      'Save money on {topic} by looking at {detail}',
      'A simple budget for {topic}, with {detail} included',
    ],
    cues: list(
      'cost, costs, price, prices, cheap, cheaper, money, expensive, budget, save, affordable, worth',
    ),
  },
  {
    key: 'quality',
    details: list(
      `solid materials, a long lifespan, scratch resistance, tight joints, fine finishing, heavy daily use,
      water damage, rust protection, weak spots, strong construction, wear and tear, careful workmanship,
      breakage, fading colours, sturdy parts, loose fittings`,
    ),
    questions: [
      'How can I check {topic} for {detail} before buying?',
      'What do durability tests say about {detail} in {topic}?',
      'Should {detail} worry me when I judge the quality of {topic}?',
      'What do long-time owners report about {detail} in {topic}?',
      'What separates well made {topic} from poor ones on {detail}?',
    ],
    statements: [
      'What well made {topic} show about {detail}',
      'Durable {topic}: how to judge {detail}',
      'A close look at {detail} in {topic}',
    ],
    cues: list(
      'quality, durable, last, lasts, material, materials, sturdy, strong, break, wear, built, made',
    ),
  },
  {
    key: 'brand',
    details: list(
      `old family firms, famous names, new makers, award winners, customer loyalty, expert trust, market leaders,
      warranty promises, customer service, professional users, brand history, luxury labels, bad press,
      online reviews, store brands, celebrity fans`,
    ),
    questions: [
      'Which brands of {topic} stand out for {detail}?',
      'How much does a known brand of {topic} owe to {detail}?',
      'Should I trust a brand of {topic} because of {detail}?',
      'How did {detail} shape the reputation of {topic}?',
      'Which makers of {topic} do buyers link with {detail}?',
    ],
    statements: [
      'Brands of {topic} that people trust for {detail}',
      'How {detail} built the reputation of {topic}',
      'Makers of {topic} known for {detail}',
    ],
    cues: list('brand, brands, maker, makers, company, companies, trust, trusted, reputation, famous, known'),
  },
  {
    key: 'features',
    details: list(
      `smart controls, quiet operation, easy assembly, adjustable settings, a compact size, quick cleaning,
      extra attachments, safety locks, wireless use, left-handed use, easy carrying, a clear display, storage space,
      automatic modes, simple instructions, compatible accessories`,
    ),
    questions: [
      'How useful would {detail} be in {topic}?',
      'Can I get {detail} with {topic}?',
      'How do I make full use of {detail} with {topic}?',
      'Which functions of {topic} depend on {detail}?',
      'Do I need {detail} when I use {topic} every day?',
    ],
    statements: [
      'Features of {topic} that go with {detail}',
      'Using {topic} with {detail} in mind',
      'Handy functions of {topic}, from {detail} onwards',
    ],
    cues: list(
      'feature, features, function, functions, settings, use, easy, work, works, size, fit, can, come',
    ),
  },
  {
    key: 'ethics',
    details: list(
      `recycled materials, fair wages, child labour, animal testing, plastic packaging, carbon emissions,
      vegan ingredients, toxic chemicals, certified forests, electronic waste, local production,
      union factories, repair instead of waste, ocean pollution, green energy, honest supply chains`,
    ),
    questions: [
      'How do ethical makers of {topic} deal with {detail}?',
      'Which makers of sustainable {topic} take {detail} seriously?',
      'What should buyers of {topic} know about {detail} and the environment?',
      'Can I find out about {detail} behind {topic}?',
      'Which labels on {topic} tell me about {detail}?',
    ],
    statements: [
      'Ethical {topic} and the matter of {detail}',
      'Sustainable {topic}: facts about {detail}',
      'The truth about {detail} and the makers of {topic}',
    ],
    cues: list(
      'ethical, ethically, sustainable, environment, recycled, fair, workers, animals, vegan, eco, green',
    ),
  },
  {
    key: 'general',
    details: list(
      `gift giving, moving house, shared flats, a first purchase, older people, young children, rainy weather,
      summer holidays, busy mornings, hobby use, office life, pet owners, large families, rented homes,
      weekend projects, winter months`,
    ),
    questions: [
      'What should I think about for {detail} when choosing {topic}?',
      'Which kind of {topic} suits {detail}?',
      'How do other people pick {topic} for {detail}?',
      'What mistakes do buyers of {topic} make with {detail}?',
      'Is there a guide to {topic} for {detail}?',
    ],
    statements: [
      'Choosing {topic} for {detail}',
      'A short guide to {topic} for {detail}',
      'Common mistakes with {topic} and {detail}',
    ],
    cues: list('choose, choosing, suit, suits, kind, gift, guide, mistakes'),
  },
]

/** For subjects people read about. */
export const ARTICLE_ASPECTS: readonly Aspect[] = [
  {
    key: 'discussion',
    details: list(
      `the ethics, the meaning, the value, the risks, the limits, the fairness, the usefulness, the lessons,
      the influence, the contradictions, the myths, the moral side, the public image, the future, the purpose,
      the unanswered questions`,
    ),
    questions: [
      'Why do people disagree about {detail} of {topic}?',
      'What would change your mind about {detail} of {topic}?',
      'Should we think differently about {detail} of {topic}?',
      'Which arguments about {detail} of {topic} deserve more debate?',
      'How would a critic judge {detail} of {topic}?',
    ],
    statements: [
      'The debate about {detail} of {topic}',
      'Rethinking {detail} of {topic}',
      'Two opposed views on {detail} of {topic}',
    ],
    cues: list('why, should, debate, argue, opinion, critics, think, ethical, disagree, meaning, argument'),
  },
  {
    key: 'history',
    details: list(
      `the origins, the early years, the roots, the first records, the slow rise, the turning points,
      the forgotten chapters, the oldest traces, the background, the spread, the decline, the revival,
      the ancient sources, the golden age, the archives, the past centuries`,
    ),
    questions: [
      'How did historians trace {detail} of {topic}?',
      'What shaped {detail} of {topic} long ago?',
      'How did {detail} of {topic} change over the centuries?',
      'What do old documents say about {detail} of {topic}?',
      'Which era explains {detail} of {topic}?',
    ],
    statements: [
      'Tracing {detail} of {topic} through the centuries',
      'What old documents say about {detail} of {topic}',
      'How history shaped {detail} of {topic}',
    ],
    cues: list(
      'history, historical, origin, origins, century, centuries, ancient, early, first, began, past',
    ),
  },
  {
    key: 'event',
    details: list(
      `the decisive moment, the first day, the announcement, the final hours, the opening, the aftermath,
      the ceremony, the crisis, the breakthrough, the public reaction, the biggest surprise, the climax,
      the rescue, the celebration, the trial, the night before`,
    ),
    questions: [
      'What happened during {detail} of {topic}?',
      'How did {detail} of {topic} unfold?',
      'What led up to {detail} of {topic}?',
      'Which incident set off {detail} of {topic}?',
      'What followed {detail} of {topic} within days?',
    ],
    statements: [
      'Inside {detail} of {topic}',
      'What happened during {detail} of {topic}',
      'Hour by hour: {detail} of {topic}',
    ],
    cues: list('happened, event, events, during, unfold, led, incident, day, moment, when, night'),
  },
  {
    key: 'person',
    details: list(
      `the founder, the leading figure, the closest ally, the rivals, the teachers, the students, the family,
      the early supporters, the main critic, the eyewitnesses, the unsung heroes, the inventors, the scholars,
      the artists, the leaders, the friends`,
    ),
    questions: [
      'What do we know about {detail} behind {topic}?',
      'How did {detail} behind {topic} live and work?',
      'What drove {detail} behind {topic}?',
      'Which choices made {detail} behind {topic} known?',
      'How did people remember {detail} behind {topic}?',
    ],
    statements: [
      'Meet {detail} behind {topic}',
      'The life and work of {detail} behind {topic}',
      'What drove {detail} behind {topic}',
    ],
    cues: list('who, he, she, person, people, life, founder, leader, wrote, born, himself, herself'),
  },
  {
    key: 'place',
    details: list(
      `the landscape, the birthplace, the region, the main site, the nearest city, the climate,
      the local community, the coastline, the map, the hidden corners, the travel routes, the buildings,
      the neighbourhood, the museums, the natural setting, the borders`,
    ),
    questions: [
      'What can visitors see of {detail} linked to {topic}?',
      'How did geography form {detail} around {topic}?',
      'Which places show {detail} connected with {topic}?',
      'How can travellers explore {detail} tied to {topic}?',
      'What would a tour of {detail} near {topic} include?',
    ],
    statements: [
      'A tour of {detail} around {topic}',
      'Exploring {detail} linked to {topic}',
      'How geography formed {detail} around {topic}',
    ],
    cues: list('place, places, location, country, city, visit, travel, region, located, map, site'),
  },
  {
    key: 'general',
    details: list(
      `the basics, the key terms, the numbers, the records, the science, the daily practice, the rules,
      the tools, the costs, the health effects, the popular culture, the music, the language, the symbols,
      the curious side, the common errors`,
    ),
    questions: [
      'What should beginners know about {detail} of {topic}?',
      'How would you explain {detail} of {topic} to a friend?',
      'Which facts about {detail} of {topic} surprise readers?',
      'What can we learn from {detail} of {topic}?',
      'How do experts describe {detail} of {topic}?',
    ],
    statements: [
      'A plain guide to {detail} of {topic}',
      'Understanding {detail} of {topic}',
      'What experts say about {detail} of {topic}',
    ],
    cues: list('explain, facts, learn, know, beginners, basics, experts, describe'),
  },
]
