// The withdrawals of `withdrawal.test.ts`, five times each.

process.env['ROUNDS'] ??= '5'
await import('./withdrawal.test.ts')
