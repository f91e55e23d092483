import type { auth as en } from '../en/auth';

/** What the interface says, in Turkish: signing in. */
export const auth: Record<keyof typeof en, string> = {
  'auth.welcomeBack': 'Yeniden hoş geldiniz',
  'auth.first': 'İlk hesabı oluşturun: bu hesap yönetici olur',
  'auth.first.lead': 'Hesap bu makinede durur. Hiçbir yere bir şey gönderilmez.',
  'auth.register': 'Hesabınızı oluşturun',
  'auth.username': 'Kullanıcı adı',
  'auth.password': 'Parola',
  'auth.password.hint': 'En az {length} karakter.',
  'auth.displayName': 'Adınız',
  'auth.displayName.hint': 'İsteğe bağlı. dost size bu adla seslenir.',
  'auth.signIn': 'Oturum aç',
  'auth.create': 'Hesap oluştur',
  'auth.noAccount': 'Hesabınız yok mu?',
  'auth.goRegister': 'Kaydolun',
  'auth.haveAccount': 'Hesabınız var mı?',
  'auth.goSignIn': 'Oturum açmaya dönün',
  'auth.pending': 'Hesabınız onay bekliyor',
  'auth.pending.lead':
    'Önce bir yöneticinin sizi kabul etmesi gerekiyor. Daha sonra yeniden bakın.',
  'auth.pending.check': 'Yeniden bak',
};
