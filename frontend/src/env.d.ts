/// <reference types="svelte" />
/// <reference types="vite/client" />

/** Where the build puts what PDFs need, seen from its scripts. */
declare const __PDF_DATA__: string;
