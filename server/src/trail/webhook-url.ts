import { z } from 'zod'

/** A name and a password in it would stand in every error of fetch, which takes no such URL. */
export const webhookUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { username, password } = new URL(text)
  return username === '' && password === ''
}, 'must not hold a name or password: use a token in its query, or headersFile of a stream')
