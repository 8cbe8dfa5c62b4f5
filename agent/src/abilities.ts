/** What this agent answers beside grants and tunnels, told in its facts: a server asks it for nothing that is not here. */
export const ABILITIES: readonly string[] = ['examine', 'explain', 'mend', 'rules', 'sessions']
