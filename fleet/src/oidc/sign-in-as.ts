import { readFileSync } from 'node:fs'
import { signIn } from './person.ts'

/**
 * A browser for where there is none, as the demo's BROWSER: `sign-in-as FILE URL` opens the address, signs in as the person in the file
 * (`{"name", "password"}`; the command line is for everybody to read) and allows what is asked.
 */
const [file = '', address = ''] = process.argv.slice(2)
const person = JSON.parse(readFileSync(file, 'utf8')) as { name: string; password: string }
await signIn(address, person)
