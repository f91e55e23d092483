import type { app as en } from '../en/app';

/** What the interface says, in Turkish: the page around everything. */
export const app: Record<keyof typeof en, string> = {
  'action.add': 'Ekle',
  'action.cancel': 'Vazgeç',
  'action.close': 'Kapat',
  'action.continue': 'Devam et',
  'action.retry': 'Yeniden dene',
  'action.save': 'Kaydet',
  'action.undo': 'Geri al',

  'app.unreachable': 'dost, sunucusuna ulaşamıyor. Kendiliğinden yeniden deniyor.',
  'app.notFound': 'Böyle bir sayfa yok.',
  'app.reload': 'Sayfayı yenile',
  'app.noAnswer': 'Sunucuya ulaşılamıyor.',
  'app.oddAnswer': 'Sunucu {status} durum koduyla yanıt verdi.',
  'app.offline': 'Çevrimdışısınız. Bu tarayıcıda saklanan sohbetler okunabilir.',
  'app.away':
    'Sunucuya ulaşılamıyor. Bu tarayıcıda saklanan sohbetler okunabilir; bağlantı gelince dost kendiliğinden devam eder.',
  'app.newBuild': 'Yeni bir sürüm hazır.',
  'app.chunkMissing':
    'Bu bölüm yüklenemedi. Sunucuya ulaşılamıyor ya da sunucu güncellenmiş olabilir.',

  'account.label': '{name} hesabı',
  'account.settings': 'Ayarlar',
  'account.admin': 'Yönetim',
  'account.shortcuts': 'Klavye kısayolları',
  'account.signOut': 'Oturumu kapat',

  'sidebar.label': 'Sohbetler',
  'sidebar.open': 'Kenar çubuğunu aç',
  'sidebar.close': 'Kenar çubuğunu kapat',

  'language.label': 'Dil',
  'language.lead': 'Sistem, tarayıcınızı izler. Sunucunun kendi iletileri İngilizcedir.',
  'language.system': 'Sistem',

  'palette.deeper': 'Tüm mesajlarda “{words}” ara',
  'palette.open': 'Sohbetlerde ara',
  'palette.label': 'Komut paleti',
  'palette.search': 'Sohbetlerde ara',
  'palette.placeholder': 'Sohbet, model ve eylem arayın',
  'palette.results': 'Sonuçlar',
  'palette.actions': 'Eylemler',
  'palette.chats': 'Sohbetler',
  'palette.models': 'Modeller',
  'palette.nothing': 'Hiçbir şey bulunamadı.',

  'shortcuts.send': 'Mesajı gönder',
  'shortcuts.newline': 'Yeni satır',
  'shortcuts.stop': 'Yanıtı durdur',
  'shortcuts.editLast': 'Son istemi düzenle',
  'shortcuts.palette': 'Komut paleti',
  'shortcuts.sidebar': 'Kenar çubuğunu göster ya da gizle',
  'shortcuts.sheet': 'Bu liste',
  'shortcuts.prompts': 'İstem ekle',
  'shortcuts.sources': 'Yanıt için belge ya da koleksiyon seç',
  'shortcuts.model': 'Bir kez başka modele sor',

  'toasts.label': 'Bildirimler',
  'toasts.dismiss': 'Kapat',

  'pane.width': 'Bölmenin genişliği',

  'footnote.list': 'Dipnotlar',
  'footnote.reference': 'Dipnot {number}',
  'footnote.back': 'Dipnot {number} için metne dön',
  'footnote.backTo': 'Dipnot {number}, {turn}. göndermeye dön',

  'image.one': 'Resim',
  'image.enlarge': 'Resmi büyüt: {alt}',
  'image.enlargeOne': 'Resmi büyüt',

  'list.done': 'Bitti',
  'list.open': 'Bitmedi',

  'table.label': 'Tablo',

  'narrator.code': 'Kod bloğu.',
  'narrator.table': 'Tablo.',
};
