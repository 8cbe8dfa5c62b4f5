import { EMPTY_RULE, writeForm } from './connect-rules.ts'

/** What a new policy begins with: an example that is easily changed. */
export const NEW_POLICY = writeForm({
  seesInstances: true,
  rules: [{ ...EMPTY_RULE, tags: [{ key: 'env', values: ['dev'] }], osUsers: ['ec2-user'] }],
})
