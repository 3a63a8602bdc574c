import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesTopic, topicMentions } from './topic-words.ts'

/** The 100 topics of the paper, each with texts that name it. */
const MENTIONS: Record<string, string[]> = {
  'Spray Bottles': ['Does this spray bottle leak?', 'Which spray bottles are refillable?'],
  'Home Bar Furniture': ['How much is home bar furniture?', 'How do I set up a home bar?'],
  'Cookware Sets': ['Is a cookware set worth it?', 'What cookware works on induction?'],
  'Lighting & Ceiling Fans': [
    'Is a ceiling fan quiet?',
    'What lighting suits a kitchen?',
    'Are LED lights dimmable?',
  ],
  'TV Antennas': [
    'What is the range of a TV antenna?',
    'How do television antennas work?',
    'Are antennae safe?',
  ],
  'Vehicle Backup Cameras': ['Is a backup camera hard to install?', 'Does a back-up camera work at night?'],
  DVI: ['Does DVI carry sound?', 'what is dvi?'],
  Drills: ['Is a cordless drill strong enough?', 'What bits suit drilling in brick?'],
  'Measuring Tools & Scales': ['Is this scale exact?', 'How do I use a measuring tool?'],
  'Tablet Accessories': ['What accessories for tablets are useful?', 'Is a tablet stand sturdy?'],
  'Coaxial Cables': ['How long can a coaxial cable be?', 'Are coax or coaxial cables shielded?'],
  'Champagne Glasses': ['Are champagne glasses dishwasher safe?', 'How tall is a champagne glass?'],
  'Area Rugs': ['What size of area rug fits a bedroom?', 'How do I clean rugs?'],
  'Window Treatments': ['What window treatment blocks light?'],
  'Lightning Cables': ['How long does a Lightning cable last?'],
  'Diamond Blades': ['Can a diamond blade cut tile?', 'When should blades be replaced?'],
  'Kitchen Sinks': ['Is a steel kitchen sink noisy?'],
  'Hair Combs': ['Which hair comb suits curls?'],
  'Wall Plates': ['Is a wall plate easy to fit?'],
  'Bath Bombs': ['Does a bath bomb stain the tub?'],
  Clips: ['Is this clip strong?'],
  'Table Saw Accessories': ['Which table saw accessory is useful?', 'Does a table saw need a fence?'],
  'Hair Treatment Oils': ['Does hair treatment oil help?', 'Is the oil vegan?'],
  Speaker: ['Do speakers need a hub?', 'Is the speaker waterproof?'],
  'Temporary Tattoos': ['How long does a temporary tattoo last?'],
  'Item Finders': ['How far does an item finder reach?'],
  Spoons: ['Is a wooden spoon hygienic?'],
  'Computer Cases': ['Which computer case is quiet?'],
  'Boot & Shoe Covers': ['Are boot covers washable?', 'Is a shoe cover slippery?'],
  'Racks, Shelves & Drawers': ['Is a drawer deep?', 'How strong is a shelf?', 'Are racks rust free?'],
  Fuses: ['When does a fuse blow?'],
  'Surveillance Video Recorders': ['How long does a surveillance video recorder keep footage?'],
  'Computers & Accessories': ['Is a computer loud?', 'Which accessory do I need?'],
  'Over-Ear Headphones': [
    'Do headphones leak sound?',
    'Are over ear headphones warm?',
    'Is a headphone heavy?',
  ],
  'Wireless Access Points': ['How far does a wireless access point reach?'],
  'Garage Storage': ['How do I plan garage storage?', 'Which storage is strong?'],
  'Safety Work Gloves': ['Are work gloves warm?', 'Is a glove cut proof?'],
  'Refillable Containers': ['Is a refillable container tight?'],
  'Tea Accessories': ['Which tea accessories make a gift?', 'What do I need for tea?'],
  'Camera & Photo': ['Which camera is light?', 'How large can a photo be?'],
  'Bathroom Vanities': ['How wide is a bathroom vanity?'],
  'Specialty Tools & Gadgets': ['Is this gadget useful?', 'Which tool peels fast?'],
  'Bookshelf Albums': ['Is a bookshelf album acid free?', 'Does a book-shelf album fold?'],
  'Lash Enhancers & Primers': ['Is a lash enhancer safe?', 'Does primer last?'],
  Telescopes: ['Can a telescope show Saturn?'],
  Conditioners: ['Is the conditioner sulfate free?'],
  'Dining Chair Slipcovers': ['Is a dining chair slipcover washable?'],
  Electrical: ['Is electrical tape safe?', 'Do I need an electrician?'],
  'Single Rods': ['How heavy a curtain can a single rod hold?'],
  Vacuums: ['Is a vacuum cleaner loud?', 'Is vacuuming daily bad?', 'VACUUMS?'],
  Stoicism: ['Was he a Stoic?', 'What is stoicism?'],
  'Tabata training': ['Is Tabata hard?', 'Does training hurt?'],
  'Friedrich Nietzsche': ["What was Nietzsche's view?"],
  'Chernobyl disaster': ['Who lived near Chernobyl?'],
  'Artificial Superintelligence': ['Is superintelligence near?'],
  'Chimamanda Ngozi Adichie': ['What did Adichie write?'],
  "The Beatles' rooftop concert": ['Why did the Beatles stop?', 'Who filmed the rooftop concert?'],
  Banksy: ["What is Banksy's name?"],
  'Carl Jung': ['Did Jung know Freud?'],
  Kabuki: ['How long is a kabuki play?'],
  'History of film': ['When did film get sound?'],
  'Surrealist Manifesto': ['Who wrote the Surrealist Manifesto?'],
  'Vinson Massif': ['Who climbed Vinson first?'],
  'Great Barrier Reef': ['Is the reef dying?'],
  Socotra: ['Why is Socotra so strange?'],
  'Lake Baikal': ['How deep is Baikal?'],
  Petra: ['Who built Petra?'],
  'Avenue of the Baobabs': ['How old are the baobabs?', 'Where does a baobab grow?'],
  'Ketogenic diet': ['Is a ketogenic diet safe?'],
  'Mindfulness-based stress reduction': ['Is MBSR proven?', 'Does mindfulness based stress reduction work?'],
  'Health benefits of pomegranate': ['Do pomegranates help the heart?'],
  'Blue zones': ['What do people in a blue zone eat?'],
  Neuroplasticity: ['Does neuroplasticity fade?'],
  'Sinking of the RMS Titanic': ['Why did the Titanic sink?'],
  'Emancipation Proclamation': ['Whom did the Emancipation Proclamation free?'],
  'The Black Death': ['How did the Black Death spread?'],
  'Fall of the Berlin Wall': ['Who opened the Berlin Wall?'],
  'Rosetta Stone discovery': ['Who found the Rosetta Stone?'],
  Beekeeping: ['What does a beekeeper earn?', 'Is beekeeping hard?'],
  Parkour: ['Is parkour a sport?'],
  Speedcubing: ['Who is the fastest speedcuber?'],
  'Citizen science': ['Who pays for citizen science?'],
  'Flash mob': ['Who started flash mobs?'],
  'Sand sculpture': ['How long do sand sculptures last?'],
  "Gödel's incompleteness theorems": [
    'What did Godel prove?',
    'What is an incompleteness theorem?',
    'Who was Gödel?',
  ],
  'The Banach-Tarski paradox': ['Is Banach–Tarski true?'],
  'Poincaré conjecture': ['Who proved the Poincare conjecture?'],
  "Ramanujan's lost notebook": ['Who found the lost notebook?', 'Was Ramanujan ill?'],
  'Boolean algebra': ['Who uses Boolean algebra?'],
  "Fermat's Last Theorem": ["Why was Fermat's last theorem hard?", 'Did Fermat have a proof?'],
  'Periodic table': ['Who drew the first periodic table?'],
  "Schrödinger's cat": ["Is Schrodinger's cat alive?"],
  'Great Oxygenation Event': ['What caused the Great Oxygenation Event?'],
  'Dark matter': ['Is dark matter cold?'],
  'Plate tectonics': ['What drives plate tectonics?'],
  Bioluminescence: ['Which fish are bioluminescent?'],
  'Diogenes of Sinope': ['Why did Diogenes live in a jar?'],
  'Leonardo da Vinci': ['Was da Vinci left-handed?', 'What did Leonardo invent?'],
  'Malala Yousafzai': ['What did Malala Yousafzai study?'],
  'Marie Curie': ['How did Curie find radium?'],
}

describe('namesTopic', () => {
  test('the table holds all hundred topics of the paper', () => {
    expect(Object.keys(MENTIONS)).toHaveLength(100)
  })

  test.each(Object.entries(MENTIONS))('%s is found in natural texts', (topic, texts) => {
    for (const text of [...texts, `About ${topic}.`, topic.toUpperCase()]) {
      expect(namesTopic(text, topic), text).toBe(true)
    }
  })

  test.each([
    ['Fans', 'Is this fantasy novel long?'],
    ['Lighting & Ceiling Fans', 'How large is a fanfare orchestra?'],
    ['Conditioners', 'What is the condition of used books?'],
    ['Speaker', 'Can you speak louder?'],
    ['Cookware Sets', 'Which chess set is heavy?'],
    ['Dark matter', 'Why does it matter?'],
    ['The Black Death', 'How many deaths were there?'],
    ['Periodic table', 'Which table is oak?'],
    ['Clips', 'When is the next solar eclipse?'],
    ['Drills', 'Is this driller well paid?'],
    ['Petra', 'Who wrote about petrals?'],
    ['News', 'What is new?'],
    ['C++', 'Is vitamin C useful?'],
    ['Diogenes of Sinope', 'What is the price of a jar?'],
    ['Mindfulness-based stress reduction', 'What does mbsrx mean?'],
    ['Пылесосы', 'Какой телефон купить?'],
    ['电饭煲', '哪种吸尘器比较安静？'],
  ])('%s is not found in: %s', (topic, text) => {
    expect(namesTopic(text, topic)).toBe(false)
  })

  test.each([
    ['Пылесосы', 'Какой пылесос тише?'],
    ['电饭煲', '哪种电饭煲比较省电？'],
    ['炊飯器', 'この炊飯器はいくらですか？'],
    ['Θαλασσα', 'Πόσο βαθιά είναι η θάλασσα;'],
    ['C++', 'Is C++ faster than Java?'],
    ['Rice Cookers', 'Which ricecooker is small?'],
    ['Rice Cookers', 'Is a ｒｉｃｅ cooker safe?'],
    ['Gödel', 'Who was Goedel?'],
    ['The Who', 'Are the Who still touring?'],
    ['🎧', 'Are 🎧 loud?'],
  ])('%s is found in: %s', (topic, text) => {
    expect(namesTopic(text, topic)).toBe(true)
  })
})

describe('topicMentions', () => {
  const mentioned = (text: string, topic: string) =>
    topicMentions(text, topic).map(({ start, end }) => text.slice(start, end))

  test.each([
    ['Is a vacuum cleaner better than two vacuums?', 'Vacuums', ['vacuum cleaner', 'vacuums']],
    ['Does a back-up camera beat a camera?', 'Vehicle Backup Cameras', ['back-up camera', 'camera']],
    ["What are the Beatles' songs?", "The Beatles' rooftop concert", ['Beatles']],
    ["Is Gödel's proof long?", "Gödel's incompleteness theorems", ['Gödel']],
    ['Do over-ear headphones hurt?', 'Over-Ear Headphones', ['over-ear headphones']],
    ['Shelf, drawer or rack?', 'Racks, Shelves & Drawers', ['Shelf', 'drawer', 'rack']],
    ['この炊飯器はいくら', '炊飯器', ['炊飯器']],
  ])('in: %s', (text, topic, expected) => {
    expect(mentioned(text, topic)).toEqual(expected)
  })

  test('takes any two strings, and gives ordered ranges inside the text', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(anyText, anyText, (text, topic) => {
        let last = 0
        for (const { start, end } of topicMentions(`${text} ${topic}`, topic)) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          last = end
        }
        expect(last).toBeLessThanOrEqual(text.length + 1 + topic.length)
      }),
      { seed: 11, numRuns: 500 },
    )
  })

  test('characters that mean something in a pattern are plain in a topic', () => {
    expect(namesTopic('Is (a|b)* sold?', '(a|b)*')).toBe(true)
    expect(namesTopic('anything at all', '.*')).toBe(false)
  })
})
