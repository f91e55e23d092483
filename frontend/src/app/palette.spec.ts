import { describe, expect, it } from 'vitest';
import { findCommands, type Command } from './palette';

const makeCommand = (label: string, group = 'Chats'): Command => ({
  id: label,
  label,
  group,
  run: () => undefined,
});

const COMMANDS = ['A trip to Ankara', 'Ankara weather', 'Bread'].map((label) => makeCommand(label));
const labels = (query: string, limit = 10) =>
  findCommands(COMMANDS, query, limit).map(({ label }) => label);

describe('findCommands', () => {
  it('shows everything without a query', () => {
    expect(labels('')).toEqual(['A trip to Ankara', 'Ankara weather', 'Bread']);
  });

  it('puts first what begins with the query', () => {
    expect(labels('ankara')).toEqual(['Ankara weather', 'A trip to Ankara']);
  });

  it('wants every word, in any order', () => {
    expect(labels('weather ank')).toEqual(['Ankara weather']);
  });

  it('finds a whole group by its name', () => {
    expect(labels('chats', 2)).toHaveLength(2);
  });
});
