/** What the interface says, in English: what chats are answered from. */
export const sources = {
  'sources.chosen': 'Answer from',
  'sources.sent': 'To answer from',
  'sources.collection': 'Collection',
  'sources.documents.one': '1 document',
  'sources.documents': '{count} documents',
  'sources.suggested': 'Documents and collections',
  'sources.open': 'Open {name}',
  'sources.use': 'How {name} is read: {use}',
  'sources.use.file': 'As it is',
  'sources.use.file.hint': 'All of it, word for word; the answer points at no places in it.',
  'sources.use.auto': 'Automatic',
  'sources.use.auto.hint':
    'A short document is read whole; of a long one the passages that fit the question.',
  'sources.use.whole': 'Whole document',
  'sources.use.whole.hint': 'All of it, as far as the model has room for it.',
  'sources.use.passages': 'Passages that fit',
  'sources.use.passages.hint': 'Only what fits the question, however short the document is.',

  'answer.reading': 'Reading {name}…',
  'answer.rewriting': 'Understanding the question…',
  'answer.searching': 'Searching for “{question}”…',
  'answer.searchingWeb': 'Searching the web for “{question}”…',

  'web.search': 'Web search',
  'web.search.hint': 'Search the web before each answer of this chat',
  'web.turnOn': 'Web search: on',
  'web.turnOff': 'Web search: off',

  'citation.label': 'Source {number}: {where}',
  'citation.where': '{title}, page {page}',
  'citations.title': 'Sources',
  'citations.some': 'Sources ({count})',
  'citations.none': 'Nothing that fits this question was found.',
  'citation.open': 'Open in Documents',
  'citation.passage': 'The passage',
} as const;
