import { ApiRefusal } from '../../../api/api-refusal.ts'

/** Whether it is the text of a policy that was refused, which is said at its place in the editor: not who asked, nor the moment. */
export const isOfText = (error: unknown): error is ApiRefusal =>
  error instanceof ApiRefusal && error.code === 'MalformedPolicyDocument'
