// The alterations of `alterations.test.ts`, ten thousand of them.

process.env['ALTERATIONS'] ??= '10000'
await import('./alterations.test.ts')
