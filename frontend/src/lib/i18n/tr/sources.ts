import type { sources as en } from '../en/sources';

/** What the interface says, in Turkish: what chats are answered from. */
export const sources: Record<keyof typeof en, string> = {
  'sources.chosen': 'Yanıtın dayanacağı belgeler',
  'sources.sent': 'Yanıtın dayandığı belgeler',
  'sources.collection': 'Koleksiyon',
  'sources.documents.one': '1 belge',
  'sources.documents': '{count} belge',
  'sources.suggested': 'Belgeler ve koleksiyonlar',
  'sources.open': 'Aç: {name}',
  'sources.use': '{name} nasıl okunsun: {use}',
  'sources.use.file': 'Olduğu gibi',
  'sources.use.file.hint': 'Tamamı kelimesi kelimesine okunur; yanıt içindeki yerleri göstermez.',
  'sources.use.auto': 'Otomatik',
  'sources.use.auto.hint':
    'Kısa bir belge bütünüyle, uzun bir belgenin ise yalnızca soruyla ilgili pasajları okunur.',
  'sources.use.whole': 'Belgenin tamamı',
  'sources.use.whole.hint': 'Modelin yeri yettiği sürece tamamı okunur.',
  'sources.use.passages': 'İlgili pasajlar',
  'sources.use.passages.hint':
    'Belge ne kadar kısa olursa olsun yalnızca soruyla ilgili pasajları okunur.',

  'answer.reading': '{name} okunuyor…',
  'answer.rewriting': 'Soru anlaşılmaya çalışılıyor…',
  'answer.searching': '“{question}” aranıyor…',
  'answer.searchingWeb': 'Web’de “{question}” aranıyor…',

  'web.search': 'Web araması',
  'web.search.hint': 'Bu sohbette her yanıttan önce web’de ara',
  'web.turnOn': 'Web araması: aç',
  'web.turnOff': 'Web araması: kapat',

  'citation.label': 'Kaynak {number}: {where}',
  'citation.where': '{title}, sayfa {page}',
  'citations.title': 'Kaynaklar',
  'citations.some': 'Kaynaklar ({count})',
  'citations.none': 'Bu soruyla ilgili bir şey bulunamadı.',
  'citation.open': 'Belgeler’de aç',
  'citation.passage': 'Pasaj',
};
