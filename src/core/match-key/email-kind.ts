/**
 * `personal`: a mailbox at a provider for private people, which is what most people have at Meta. `work`: any other domain.
 * `role`: a desk, not a person. `placeholder`: made up to fill a field.
 */
export type EmailKind = 'personal' | 'work' | 'role' | 'placeholder'

/** Providers of private mailboxes with one domain each. Small on purpose: these hold nearly all private addresses. */
const PERSONAL_DOMAINS: ReadonlySet<string> = new Set(
  `
  gmail.com googlemail.com icloud.com me.com mac.com msn.com passport.com windowslive.com
  ymail.com rocketmail.com aim.com proton.me protonmail.com pm.me tutanota.com tuta.io fastmail.com hey.com
  mail.com email.com usa.com zohomail.com inbox.com
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com optonline.net
  rogers.com shaw.ca sympatico.ca bell.net telus.net videotron.ca
  btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk tiscali.co.uk eircom.net
  web.de t-online.de freenet.de arcor.de posteo.de mailbox.org bluewin.ch aon.at chello.at
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr telenet.be skynet.be
  libero.it virgilio.it tiscali.it alice.it tin.it tim.it fastwebnet.it
  telefonica.net terra.es ono.com sapo.pt
  ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl hetnet.nl casema.nl quicknet.nl
  telia.com bredband.net spray.se online.no broadpark.no mail.dk jubii.dk kolumbus.fi luukku.com
  wp.pl o2.pl onet.pl onet.eu interia.pl op.pl gazeta.pl tlen.pl seznam.cz centrum.cz email.cz volny.cz azet.sk zoznam.sk
  freemail.hu citromail.hu abv.bg mail.bg ukr.net i.ua meta.ua
  mail.ru bk.ru list.ru inbox.ru internet.ru ya.ru rambler.ru lenta.ru
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn
  naver.com hanmail.net daum.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com
  rediffmail.com sify.com bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz
  uol.com.br bol.com.br terra.com.br ig.com.br globo.com r7.com prodigy.net.mx walla.co.il walla.com
  `
    .trim()
    .split(/\s+/),
)
/** Providers that have a domain in each country: `yahoo.co.uk`, `gmx.at`. */
const PERSONAL_FAMILY = /^(?:yahoo|hotmail|outlook|live|aol|gmx|yandex)\.[a-z]{2,3}(?:\.[a-z]{2})?$/

const ROLES: ReadonlySet<string> = new Set(
  `
  info sales support contact contactus hello hi admin administrator office mail email team help helpdesk
  billing accounts accounting accountspayable invoice invoices finance payments
  marketing press media pr news newsletter hr jobs careers recruiting recruitment
  service services customerservice customercare care orders order shop store reservations booking bookings reception
  enquiries enquiry inquiries inquiry feedback legal privacy security abuse postmaster webmaster hostmaster root it
  kontakt service-team buchhaltung bestellung verkauf vertrieb contacto ventas contato vendas contact-us accueil
  `
    .trim()
    .split(/\s+/),
)

const PLACEHOLDER_LOCALS: ReadonlySet<string> = new Set(
  `
  test tests testing tester testuser asdf asdfg asdfgh qwerty none noone nobody no na n/a null undefined unknown
  noemail no-email nomail no-mail email-unknown fake dummy placeholder anonymous
  noreply no-reply no_reply donotreply do-not-reply do_not_reply mailer-daemon
  `
    .trim()
    .split(/\s+/),
)
/** Domains that exist for examples (RFC 2606), or that people make up. */
const PLACEHOLDER_DOMAIN =
  /(?:^|\.)(?:example|test|invalid|localhost)(?:\.[a-z]{2,3})?$|^(?:none|noemail|nomail|fake|dummy|asdf|na|null|abc|domain)\.[a-z]{2,3}$/
/** One character again and again, as `a@a.a` and `xxx@xx.com`. */
const ONE_CHARACTER = /^(.)\1*@\1+\./

/** What sort of address it is, by its look alone; for shares in a preview, never for deciding what is sent. */
export function emailKind(email: string): EmailKind {
  const address = email.trim().toLowerCase()
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  // A tag says where the address was given, not whose it is.
  const local = address.slice(0, Math.max(0, at)).replace(/\+.*$/, '')
  const isPlaceholder =
    PLACEHOLDER_LOCALS.has(local) || PLACEHOLDER_DOMAIN.test(domain) || ONE_CHARACTER.test(address)
  if (isPlaceholder) return 'placeholder'
  if (PERSONAL_DOMAINS.has(domain) || PERSONAL_FAMILY.test(domain)) return 'personal'
  return ROLES.has(local.replace(/\d+$/, '')) ? 'role' : 'work'
}
