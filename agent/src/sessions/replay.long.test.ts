// The logins of `replay.test.ts`, a hundred thousand of them.

process.env['LOGINS'] ??= '100000'
await import('./replay.test.ts')
