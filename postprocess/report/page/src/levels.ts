// What the levels of the spine are in this study: operated, or adjacent to what is operated. A page is of one study.

const roles = new Map<string, string>();

export function setLevels(levels: {name: string; role: string}[]): void {
  roles.clear();
  for (const level of levels)
    roles.set(level.name, level.role);
}

/** "operated", "adjacent", or undefined. */
export function roleOf(level: string): string | undefined {
  return roles.get(level);
}

/** "L4-L5" -> "L4-L5 (operated)" */
export function withRole(level: string): string {
  const role = roles.get(level);
  return role ? `${level} (${role})` : level;
}

/** Marks the levels that a text names. */
export function markLevels(text: string): string {
  return text.replace(/\b(?:L\d-[LS]\d|[LS]\d)\b/g, withRole);
}

export function markedLevels(): {name: string; role: string}[] {
  return [...roles].map(([name, role]) => ({name, role}));
}
