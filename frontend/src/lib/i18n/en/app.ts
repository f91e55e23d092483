/** What the interface says, in English: the page around everything. */
export const app = {
  'action.add': 'Add',
  'action.cancel': 'Cancel',
  'action.close': 'Close',
  'action.continue': 'Continue',
  'action.retry': 'Retry',
  'action.save': 'Save',
  'action.undo': 'Undo',

  'app.unreachable': 'dost cannot reach its server. It tries again by itself.',
  'app.offline': 'You are offline. Chats that this browser keeps can be read.',
  'app.away':
    'No connection to the server. Chats that this browser keeps can be read; dost goes on by itself.',
  'app.newBuild': 'A new version is ready.',
  'app.notFound': 'There is no such page.',
  'app.chunkMissing': 'This part could not be loaded. The server may be away or have been updated.',
  'app.reload': 'Reload',
  'app.noAnswer': 'The server cannot be reached.',
  'app.oddAnswer': 'The server answered with status {status}.',

  'account.label': 'Account of {name}',
  'account.settings': 'Settings',
  'account.admin': 'Administration',
  'account.shortcuts': 'Keyboard shortcuts',
  'account.signOut': 'Sign out',

  'sidebar.label': 'Chats',
  'sidebar.open': 'Open sidebar',
  'sidebar.close': 'Close sidebar',

  'narrator.code': 'Code block.',
  'narrator.table': 'Table.',

  'language.label': 'Language',
  'language.lead': 'System follows your browser. What the server itself says is in English.',
  'language.system': 'System',

  'palette.deeper': 'Search all messages for “{words}”',
  'palette.open': 'Search chats',
  'palette.label': 'Command palette',
  'palette.search': 'Search chats',
  'palette.placeholder': 'Search chats, models and actions',
  'palette.results': 'Results',
  'palette.actions': 'Actions',
  'palette.chats': 'Chats',
  'palette.models': 'Models',
  'palette.nothing': 'Nothing found.',

  'shortcuts.send': 'Send the message',
  'shortcuts.newline': 'New line',
  'shortcuts.stop': 'Stop the answer',
  'shortcuts.editLast': 'Edit the last prompt',
  'shortcuts.prompts': 'Put a prompt in',
  'shortcuts.sources': 'Answer from a document or collection',
  'shortcuts.model': 'Ask another model once',
  'shortcuts.palette': 'Command palette',
  'shortcuts.sidebar': 'Show or hide the sidebar',
  'shortcuts.sheet': 'This sheet',

  'toasts.label': 'Notices',
  'toasts.dismiss': 'Dismiss',

  'pane.width': 'Width of the pane',

  'footnote.list': 'Footnotes',
  'footnote.reference': 'Footnote {number}',
  'footnote.back': 'Back to where footnote {number} is referred to',
  'footnote.backTo': 'Back to reference {turn} of footnote {number}',

  'image.one': 'Image',
  'image.enlarge': 'Enlarge image: {alt}',
  'image.enlargeOne': 'Enlarge image',

  'list.done': 'Done',
  'list.open': 'Not done',

  'table.label': 'Table',
} as const;
