export interface Command {
  id: string;
  label: string;
  group: string;
  keys?: string;
  run: () => void;
}

/** The commands whose label has every word of `query`; those that begin with it come first. */
export function findCommands(commands: Command[], query: string, limit: number): Command[] {
  const wanted = query.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const found = commands.filter(({ label, group }) => {
    const text = `${label} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = ({ label }: Command): number => Number(!label.toLowerCase().startsWith(wanted));
  return (wanted ? found.toSorted((a, b) => rank(a) - rank(b)) : found).slice(0, limit);
}
