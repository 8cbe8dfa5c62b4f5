import { defineConfig, type OxlintOverride } from 'oxlint'

// The architecture, as two tables: who may import whom. `npm run lint` turns red when a wall is crossed.

/** Between workspaces. fleet and bench are imported by nobody but demo (fleet's hosts). */
const mayImport: Record<string, string[]> = {
  domain: [],
  iam: ['domain'],
  wire: ['domain'],
  server: ['domain', 'iam', 'wire'],
  agent: ['domain', 'wire'],
  cli: ['domain', 'iam', 'wire'],
  /** Runs in a browser: its types have no Node. */
  console: ['domain', 'iam', 'wire'],
  demo: ['fleet', 'domain', 'wire'],
  fleet: ['domain', 'wire'],
  bench: ['domain', 'iam', 'wire', 'fleet'],
}

/** Inside server/src. main.ts is the composition root and may import everything. */
const serverMayImport: Record<string, string[]> = {
  store: [],
  bus: [],
  secrets: [],
  /** Passwords and second factors: asked by operations that prove or change who somebody is. */
  identities: ['store', 'secrets'],
  /** Tokens of OIDC providers: checked in one place that knows nothing of roles, policies or requests. */
  oidc: ['store'],
  /** Requests to an S3-compatible store. */
  s3: [],
  trail: ['store', 's3'],
  /** What terminals showed: written as the terminals' recorder, read by operations. */
  recordings: ['store', 'secrets', 's3', 'trail', 'terminals'],
  agents: ['store', 'bus', 'trail', 'secrets'],
  /** Images, user data and the programs that start machines: know nothing of requests. */
  launches: ['store'],
  /** Knocks at a host's sshd and sees who answers: knows nothing of requests, agents or grants. */
  probe: [],
  /** Tells those who watch what is new, as far as they may see it: what that is, operations know. */
  live: ['store', 'trail'],
  /** Byte streams to instances: opened by an operation, entered at a door of http. */
  tunnels: ['agents', 'bus', 'trail', 'secrets'],
  /** Shells on hosts, shown in browsers: each asked for through the pipeline as the person, entered at a door of http. */
  terminals: ['tunnels', 'agents', 'trail', 'store'],
  operations: [
    'agents',
    'tunnels',
    'live',
    'terminals',
    'probe',
    'identities',
    'launches',
    'oidc',
    'recordings',
    'trail',
    'store',
    'secrets',
  ],
  http: [
    'operations',
    'agents',
    'tunnels',
    'live',
    'terminals',
    'probe',
    'identities',
    'launches',
    'oidc',
    'recordings',
    'trail',
    'store',
    'secrets',
  ],
}

/** Workspaces without clock, randomness, disk or network. */
const pure = ['domain', 'iam', 'wire']

interface Wall {
  group: string[]
  message: string
}

const closed = (table: Record<string, string[]>, from: string) =>
  Object.keys(table).filter((name) => name !== from && !(table[from] ?? []).includes(name))

const workspaceWalls = (from: string): Wall[] => [
  {
    group: closed(mayImport, from).flatMap((name) => [
      `@fleetkey/${name}/*`,
      `../**/${name}/src/**`,
    ]),
    message: `see mayImport.${from} in oxlint.config.ts`,
  },
  ...(pure.includes(from)
    ? [{ group: ['node:*'], message: `${from} is pure: pass time, bytes and I/O in.` }]
    : []),
]

const layerWalls = (from: string): Wall[] => [
  {
    group: closed(serverMayImport, from).map((name) => `../**/${name}/**`),
    message: `see serverMayImport.${from} in oxlint.config.ts`,
  },
]

/** Where the key of the host is checked, each time: nothing else connects by SSH. Its types are anybody's. */
const SSH_CONNECTS_AT = 'server/src/terminals/worker/ssh-connection.ts'
const noSsh = {
  name: 'ssh2',
  message: `only ${SSH_CONNECTS_AT} connects by SSH: it checks the key of the host.`,
  allowTypeImports: true,
}

const override = (folder: string, patterns: Wall[]): OxlintOverride => ({
  files: [`${folder}/**/*.{ts,tsx}`],
  excludeFiles: ['**/*.test.ts', SSH_CONNECTS_AT, '**/testing/throw-away-sshd.ts'],
  rules: {
    'no-restricted-imports': [
      'error' as const,
      { paths: [noSsh], patterns: patterns.filter((wall) => wall.group.length > 0) },
    ] satisfies ['error', { paths: [typeof noSsh]; patterns: Wall[] }],
  },
})

export default defineConfig({
  options: { typeAware: true, denyWarnings: true },
  plugins: ['typescript', 'import', 'node', 'promise', 'unicorn', 'oxc'],
  categories: { correctness: 'error' },
  ignorePatterns: ['**/dist/**'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  },
  overrides: [
    { files: ['**/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    // describe/it return promises that the runner owns
    {
      files: ['**/*.test.ts', '**/*.contract.ts'],
      rules: { 'typescript/no-floating-promises': 'off' },
    },
    {
      files: pure.map((name) => `${name}/**/*.ts`),
      excludeFiles: ['**/*.test.ts'],
      rules: {
        'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'setTimeout', 'console'],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now' },
          { object: 'Math', property: 'random' },
        ],
      },
    },
    ...Object.keys(mayImport).map((name) => override(name, workspaceWalls(name))),
    // A later override replaces an earlier one, so a layer repeats its workspace's walls.
    ...Object.keys(serverMayImport).map((name) =>
      override(`server/src/${name}`, [...workspaceWalls('server'), ...layerWalls(name)]),
    ),
    {
      files: ['console/**/*.{ts,tsx}'],
      plugins: ['react', 'jsx-a11y'],
      rules: { 'react/rules-of-hooks': 'error', 'react/exhaustive-deps': 'error' },
    },
    // The one command starts every program: only this file may name them.
    { files: ['cli/src/programs.ts'], rules: { 'no-restricted-imports': 'off' } },
  ],
})
