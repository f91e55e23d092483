/** The text that the page shows, as the component's live properties. */
export class Source {
  text = $state('');
  streaming = $state(false);

  readonly props = propsOf(this);
}

function propsOf(source: Source): { text: string; streaming: boolean } {
  return {
    get text() {
      return source.text;
    },
    get streaming() {
      return source.streaming;
    },
  };
}
