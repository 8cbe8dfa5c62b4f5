// The search of `escalation.test.ts`, two calls deep: too long for the fast gate.

process.env['DEPTH'] ??= '2'
await import('./escalation.test.ts')
