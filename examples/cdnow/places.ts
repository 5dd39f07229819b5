/**
 * Where the made-up customers live: names, towns and the way numbers are written there. A `#` stands for a digit that is drawn
 * for each person. The numbers are from the ranges that a country's regulator keeps for films and books, where it has one;
 * elsewhere they begin with digits that no subscriber's number there can begin with. None of them belongs to anybody.
 */
export interface Place {
  /** ISO alpha-2. */
  readonly code: string
  /** Ways in which people write the country; not all of them are understood. */
  readonly written: readonly string[]
  /** Out of a hundred customers. */
  readonly share: number
  readonly callingCode: string
  /** Before the number inside the country. */
  readonly trunk: string
  readonly first: readonly string[]
  readonly last: readonly string[]
  readonly towns: readonly Town[]
}

export interface Town {
  readonly city: string
  readonly state: string
  readonly zip: string
  /** Numbers without country code and trunk prefix. */
  readonly numbers: readonly string[]
}

/** An underscore is a space within a name. */
const words = (text: string): readonly string[] =>
  text.split(' ').map((word) => word.replaceAll('_', ' '))

/** One town to a line: city, state, postal code, numbers. */
const towns = (text: string): readonly Town[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [city = '', state = '', zip = '', numbers = ''] = line.split('|').map((s) => s.trim())
      return { city, state, zip, numbers: numbers.split(', ') }
    })

/** The numbers from 0100 to 0199 of the exchange 555 are kept for fiction in every area of North America. */
const fictional = (areas: string): string =>
  words(areas)
    .map((area) => `${area} 555 01##`)
    .join(', ')

export const PLACES: readonly Place[] = [
  {
    code: 'US',
    written: ['US', 'US', 'US', 'USA', 'United States', 'America'],
    share: 44,
    callingCode: '1',
    trunk: '',
    first: words(
      'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth Maya Omar',
    ),
    last: words(
      'Smith Johnson Williams Brown Jones Miller Davis Lopez Wilson Anderson O’Neill Lee',
    ),
    towns: towns(`
      New York      | NY         | 100##      | ${fictional('212 332 347 646 680 718 838 917 929 934')}
      Los Angeles   | California | 900##      | ${fictional('213 310 323 424 562 626 657 661 714 747 818 909 949')}
      Chicago       | IL         | 606##      | ${fictional('217 224 309 312 331 447 464 618 630 708 730 773 815 847 872')}
      Houston       | Texas      | 770##-#### | ${fictional('210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 806 817 830')}
      Boston        | MA         | 021##      | ${fictional('339 351 413 508 617 774 781 857 978')}
      St. Louis     | Missouri   | 631##      | ${fictional('314 417 557 573 636 660 816 975')}
      Seattle       | WA         | 981##      | ${fictional('206 253 360 425 509 564')}
      Miami         | FL         | 331##      | ${fictional('239 305 321 352 386 407 561 656 689 727 754 772 786 813 850 863 904 941 954')}
      Winston-Salem | N. C.      | 271##      | ${fictional('252 336 704 743 828 910 919 980 984')}
      Honolulu      | Hawaii     | 968##      | ${fictional('808')}`),
  },
  {
    code: 'CA',
    written: ['CA', 'Canada', 'CAN'],
    share: 7,
    callingCode: '1',
    trunk: '',
    first: words('Emma Liam Chloé Noah Amélie Ethan Zoé Lucas'),
    last: words('Tremblay Gagnon Roy Martin MacDonald Singh Côté Wong'),
    towns: towns(`
      Toronto  | ON               | M5V #A# | ${fictional('416 437 647')}
      Montréal | Québec           | H2X #K# | ${fictional('438 514')}
      Victoria | British Columbia | V8W #B# | ${fictional('236 250 604 672 778')}`),
  },
  {
    code: 'GB',
    written: ['GB', 'UK', 'United Kingdom', 'GBR', 'England'],
    share: 12,
    callingCode: '44',
    trunk: '0',
    first: words('Oliver Amelia George Isla Harry Ava Siân Callum Priya Mohammed'),
    last: words('Smith Jones Taylor Evans Walker Wright Khan Campbell MacLeod Fletcher-Hughes'),
    towns: towns(`
      London     | Greater London | SW1A #AA | 20 7946 0###, 7700 900###
      Manchester |                | M1 #AE   | 161 496 0###, 7700 900###
      Edinburgh  | Scotland       | EH1 #YZ  | 131 496 0###, 7700 900###
      Bristol    |                | BS1 #TR  | 117 496 0###, 7700 900###`),
  },
  {
    code: 'IE',
    written: ['IE', 'Ireland'],
    share: 2,
    callingCode: '353',
    trunk: '0',
    first: words('Aoife Seán Niamh Conor Róisín Cian'),
    last: words("Murphy Kelly O'Sullivan Walsh Byrne Ní_Dhomhnaill"),
    towns: towns('Dublin | Leinster | D02 X### | 20 91# ####'),
  },
  {
    code: 'AU',
    written: ['AU', 'Australia', 'AUS'],
    share: 4,
    callingCode: '61',
    trunk: '0',
    first: words('Charlotte Jack Mia William Ruby Thomas'),
    last: words('Nguyen Smith Williams Wilson Taylor Patel'),
    towns: towns(`
      Sydney    | NSW      | 20## | 2 5550 ####, 2 7010 ####
      Melbourne | Victoria | 30## | 3 5550 ####, 3 7010 ####`),
  },
  {
    code: 'DE',
    written: ['DE', 'Germany', 'DEU', 'Deutschland'],
    share: 9,
    callingCode: '49',
    trunk: '0',
    first: words('Jürgen Sabine Lukas Anna-Lena Mehmet Käthe Björn Ursula Max Leonie'),
    last: words('Müller Schmidt Schneider Weiß Groß Yılmaz Schröder Lehmann'),
    towns: towns(`
      Berlin            |               | 101## | 30 23125 ###
      Hamburg           |               | 200## | 40 66969 ###
      Köln              | NRW           | 506## | 221 4710 ###
      München           | Bayern        | 803## | 89 99998 ###
      Frankfurt am Main | Hessen        | 603## | 69 90009 ###`),
  },
  {
    code: 'FR',
    written: ['FR', 'France', 'FRA'],
    share: 6,
    callingCode: '33',
    trunk: '0',
    first: words('Jean-Pierre Élodie Mathis Camille Zoë François Inès Théo'),
    last: words('Martin Bernard Dubois Lefèvre Garçon Moreau d’Aubigny'),
    towns: towns(`
      Paris         | Île-de-France | 750## | 1 99 00 ## ##, 6 39 98 ## ##
      Rennes        | Bretagne      | 350## | 2 61 91 ## ##, 6 39 98 ## ##
      Saint-Étienne |               | 420## | 4 65 71 ## ##, 6 39 98 ## ##`),
  },
  {
    code: 'IT',
    written: ['IT', 'Italy', 'Italia'],
    share: 4,
    callingCode: '39',
    trunk: '',
    first: words('Giulia Lorenzo Niccolò Sofia Matteo Beatrice'),
    last: words("Rossi Russo Ferrari D'Angelo Esposito Conti"),
    towns: towns(`
      Roma   | RM | 001## | 06 0000 ####
      Milano | MI | 201## | 02 0000 ####`),
  },
  {
    code: 'ES',
    written: ['ES', 'Spain', 'España'],
    share: 4,
    callingCode: '34',
    trunk: '',
    first: words('Íñigo Lucía María_José Álvaro Núria Xavier'),
    last: words('García Muñoz Fernández Peña Ibáñez Puig'),
    towns: towns(`
      Madrid   | Madrid   | 280## | 410 0## ###
      A Coruña | Galicia  | 150## | 481 0## ###`),
  },
  {
    code: 'BR',
    written: ['BR', 'Brazil', 'BRA', 'Brasil'],
    share: 4,
    callingCode: '55',
    trunk: '',
    first: words('João Ana Luís Conceição Thiago Beatriz'),
    last: words('Silva Santos Gonçalves Araújo Oliveira Conceição'),
    towns: towns(`
      São Paulo      | SP             | 010##-### | 11 1000 ####
      Rio de Janeiro | Rio de Janeiro | 200##-### | 21 1000 ####`),
  },
  {
    code: 'JP',
    written: ['JP', 'Japan', 'JPN'],
    share: 2,
    callingCode: '81',
    trunk: '0',
    first: words('太郎 花子 さくら 健太 Yuki Haruto'),
    last: words('佐藤 鈴木 高橋 田中 Tanaka Watanabe'),
    towns: towns(`
      東京   | 東京都 | 100-00## | 3 0000 ####
      Osaka  | Osaka  | 530-00## | 6 0000 ####`),
  },
  {
    code: 'IN',
    written: ['IN', 'India', 'IND'],
    share: 2,
    callingCode: '91',
    trunk: '0',
    first: words('Aarav Diya Rohan Ananya Vikram Meera'),
    last: words('Sharma Patel Iyer Reddy Banerjee Singh'),
    towns: towns(`
      Mumbai    | Maharashtra | 4000## | 10000 #####
      Bengaluru | Karnataka   | 5600## | 10001 #####`),
  },
]
