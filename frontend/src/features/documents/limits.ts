/** What the server takes of one document; it says the same, later. */
export const MOST_BYTES = 100 * 1024 * 1024;
