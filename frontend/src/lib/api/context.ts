import { createContext } from 'svelte';
import type { Api } from './api';

export const [getApi, setApi] = createContext<Api>();
