import type { Client } from './client';
import type { EmbedderChoice, EmbedderState, EmbedderTest } from './types';

const PATH = 'admin/embedder';

/** The calls about what turns the passages of documents into vectors. */
export class EmbedderCalls {
  constructor(private readonly client: Client) {}

  get(): Promise<EmbedderState> {
    return this.client.request(PATH);
  }

  /** Embeds a text with it, and changes nothing. */
  test(choice: EmbedderChoice): Promise<EmbedderTest> {
    return this.client.request(`${PATH}/test`, { method: 'POST', body: choice });
  }

  change(choice: EmbedderChoice): Promise<EmbedderState> {
    return this.client.request(PATH, { method: 'PUT', body: choice });
  }

  /** Stays with the current one. */
  cancel(): Promise<EmbedderState> {
    return this.client.request(`${PATH}/cancel`, { method: 'POST' });
  }
}
