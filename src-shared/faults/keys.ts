import type { FaultDescription } from './station-fault.ts';

/** Faults of the area keys. */
export const keyFaults = {
  'KEYS-NOT-FOUND': {
    retry: 'never',
    text: 'The key {name} is not in the key store.',
    next: 'If the batch was closed, its data is gone for good, as it should be. Otherwise ask a key custodian.',
  },
  'KEYS-REFUSED': {
    retry: 'never',
    text: 'The key store refused this: {reason}.',
    next: 'Do not try again. Call a supervisor and keep this message.',
  },
  'KEYS-ENVIRONMENT': {
    retry: 'never',
    text: 'Test and live were mixed: the station is {station}, this is {asked}.',
    next: 'Use only things of the same kind. Call a supervisor.',
  },
  'KEYS-WRONG-KCV': {
    retry: 'never',
    text: 'The check value of the key {name} is {found} and should be {expected}.',
    next: 'Ask the sender for the key again; do not use this one.',
  },
  'KEYS-UNWRAP': {
    retry: 'never',
    text: 'A key came enciphered in a way that cannot be opened ({reason}).',
    next: 'The batch or key was made for another station or was damaged. Ask the CMS to send it again.',
  },
  'KEYS-SEALED-RECORD': {
    retry: 'never',
    text: 'Record {index} of batch {batch} is damaged or belongs to another batch.',
    next: 'Stop the batch and call a supervisor: the data on disk was altered.',
  },
  'KEYS-GROUPING-FORM': {
    retry: 'never',
    text: 'A secret data grouping does not open under the transport key {name}.',
    next: 'The order was made with another transport key. Hold it and ask the issuer.',
  },
  'KEYS-CARD-CRYPTOGRAM': {
    retry: 'never',
    text: 'The card proved to hold another key than {name} version {version}.',
    next: 'Do not use this card again. The batch stops: the next card would lose a try for the same wrong key.',
  },
  'KEYS-CARD-ANSWER': {
    retry: 'never',
    text: 'The card answered the opening of the secure channel in a form that is not allowed: {reason}.',
    next: 'Put the card aside and check that the right card stock is loaded.',
  },
  'KEYS-CHANNEL-MAC': {
    retry: 'never',
    text: 'An answer of the card was not protected as it must be.',
    next: 'Put the card aside. If it happens again, check reader and contacts.',
  },
  'KEYS-CHANNEL-DEAD': {
    retry: 'never',
    text: 'The secure channel to the card has ended ({reason}).',
    next: 'Put the card aside or let the station find out what was done; a new channel must be opened.',
  },
  'KEYS-CHANNEL-LOST': {
    retry: 'never',
    text: 'The key process was started anew and no longer knows this {what}.',
    next: 'Start the step from its beginning: what was under way ended with the process.',
  },
  'KEYS-WORKER-LOST': {
    retry: 'retry-after-mending',
    text: 'The key process ended while it was working ({act}).',
    next: 'It is started again by itself. If this happens again, call the administrator.',
  },
  'KEYS-WORKER-FAULT': {
    retry: 'ask-operator',
    text: 'The key process met something unexpected ({act}, {name}).',
    next: 'Call the administrator and keep this message.',
  },
  'KEYS-DEADLINE': {
    retry: 'ask-operator',
    text: 'The key store did not answer within {seconds} seconds ({act}).',
    next: 'Check the HSM. The key process is started again at the next use.',
  },
  'KEYS-CLOSED': {
    retry: 'never',
    text: 'The key store of this station is closed.',
    next: 'Start the station again.',
  },
  'KEYS-HSM-LOST': {
    retry: 'retry-after-mending',
    text: 'The connection to the HSM was lost ({call}, {result}).',
    next: 'Check that the HSM is connected and switched on, then go on.',
  },
  'KEYS-HSM-FAULT': {
    retry: 'ask-operator',
    text: 'The HSM refused an operation ({call}, {result}).',
    next: 'Call the administrator and keep this message.',
  },
  'KEYS-MODULE': {
    retry: 'retry-after-mending',
    text: 'The PKCS#11 module {module} cannot be loaded ({reason}).',
    next: 'Install the module or correct its path in the configuration.',
  },
  'KEYS-TOKEN': {
    retry: 'retry-after-mending',
    text: 'The token {token} was not found in the HSM.',
    next: 'Connect the right HSM or correct the token name in the configuration.',
  },
  'KEYS-PIN': {
    retry: 'never',
    text: 'The HSM refused the PIN of the token {token} ({result}; {tries}).',
    next: 'Do not try again: the HSM may lock itself. The seal does not belong to this HSM; call a key custodian.',
  },
  'KEYS-MECHANISM': {
    retry: 'never',
    text: 'The HSM cannot do {mechanism} as it must ({reason}).',
    next: 'This HSM cannot be used. Call the administrator.',
  },
  'KEYS-UNAVAILABLE': {
    retry: 'never',
    text: 'This HSM cannot hold a key of the usage {usage}: it has no {mechanism} that works as it must.',
    next: 'Products that need such a key cannot be made with this HSM. Call the administrator.',
  },
  'KEYS-BLOCK': {
    retry: 'never',
    text: 'The key block is refused: {reason}.',
    next: 'Nothing of it was kept. Ask the sender for the block again, and compare the name of its protection key.',
  },
  'KEYS-WEAK': {
    retry: 'never',
    text: 'The material of {what} is weak: it protects nothing.',
    next: 'Nothing of it was kept. Ask whoever made the key for another one.',
  },
  'KEYS-PARITY': {
    retry: 'never',
    text: 'The material of {what} has a byte of even parity.',
    next: 'Nothing of it was kept. Compare each character with the paper and enter it again, or ask the sender.',
  },
  'KEYS-COMPONENT-LENGTH': {
    retry: 'retry-after-mending',
    text: 'Component {component} has {expected} characters; {found} were entered.',
    next: 'Finish the entry or clear it.',
  },
  'KEYS-COMPONENT-DIFFERS': {
    retry: 'retry-after-mending',
    text: 'The two entries of component {component} differ.',
    next: 'Both were forgotten. The same custodian enters the component twice again.',
  },
  'KEYS-CEREMONY-ORDER': {
    retry: 'never',
    text: 'The key ceremony goes in order: {reason}.',
    next: 'Go on with the step that the ceremony awaits, or give it up and begin again.',
  },
  'KEYS-MISSING': {
    retry: 'retry-after-mending',
    text: 'There is no key of the usage {usage} for {issuer}.',
    next: 'Ask a key custodian to generate it or to bring it in.',
  },
  'KEYS-NOT-ACTIVE': {
    retry: 'retry-after-mending',
    text: 'The key {name} is not in use yet.',
    next: 'Ask a key custodian to activate it; a second person must sign.',
  },
  'KEYS-RETIRED': {
    retry: 'retry-after-mending',
    text: 'The key {name} is retired: it makes nothing new.',
    next: 'Ask a key custodian to activate its next version.',
  },
  'KEYS-COMPROMISED': {
    retry: 'never',
    text: 'The key {name} is compromised and does nothing any more.',
    next: 'Stop. Ask a key custodian for a new version, and a supervisor what becomes of the cards.',
  },
  'KEYS-EXPIRED': {
    retry: 'retry-after-mending',
    text: 'The last day of use of the key {name} was {validUntil}.',
    next: 'Ask a key custodian to make and activate its next version.',
  },
  'KEYS-WRONG-USAGE': {
    retry: 'never',
    text: 'The key {name} is for {is}; wanted is a key for {wanted}.',
    next: 'One key serves one purpose. Correct what names it.',
  },
  'KEYS-REQUEST-OPEN': {
    retry: 'retry-after-mending',
    text: 'There is a request about the key {name} already.',
    next: 'Have it signed or withdraw it first.',
  },
  'KEYS-REQUEST-REFUSED': {
    retry: 'retry-after-mending',
    text: 'This key cannot be asked for: {reason}.',
    next: 'Nothing was asked. Correct it and ask again.',
  },
  'KEYS-CHANGE': {
    retry: 'never',
    text: 'The key {name} is {state}; that cannot be followed by: {change}.',
    next: 'Look at the key again: somebody may have changed it meanwhile.',
  },
  'KEYS-BLOCK-GONE': {
    retry: 'retry-after-mending',
    text: 'The key block of {name} is no longer here: the station was started anew before the request was signed.',
    next: 'Nothing was done. Ask again with the key block.',
  },
  'KEYS-INTERRUPTED': {
    retry: 'retry-after-mending',
    text: 'Making the key {name} was interrupted, and the key store holds nothing of it.',
    next: 'Ask for it again.',
  },
  'KEYS-CUSTODIAN': {
    retry: 'retry-after-mending',
    text: 'This is not for {person} in this ceremony: {reason}.',
    next: 'Each component has one custodian, who enters it at an own login.',
  },
  'KEYS-CEREMONY-OVER': {
    retry: 'never',
    text: 'The key ceremony is not under way (it is {state}).',
    next: 'Nothing of what was entered is left. Ask for a new ceremony if the key is still wanted.',
  },
  'KEYS-KEY-ROOM': {
    retry: 'never',
    text: 'Key room and production are kept apart: {reason}.',
    next: 'Components of live keys are entered in a key room, which has no line to a CMS; the key comes here as a key block.',
  },
  'KEYS-STORE-DAMAGED': {
    retry: 'never',
    text: 'The key file {file} is damaged ({reason}).',
    next: 'Bring the file back from a backup. In training, a new data folder may be made instead.',
  },
  'KEYS-UNSEAL-REFUSED': {
    retry: 'retry',
    text: 'The password of {person} does not open the seal.',
    next: 'Type it again. Every try is recorded.',
  },
  'KEYS-UNSEAL-SAME-PERSON': {
    retry: 'retry',
    text: 'Both passwords were given for {person}.',
    next: 'Two different people must open the seal.',
  },
  'KEYS-SEAL-PEOPLE': {
    retry: 'never',
    text: 'A seal needs two to {most} different people; {count} were given.',
    next: 'Name at least two different people.',
  },
  'KEYS-SEAL-MISSING': {
    retry: 'never',
    text: 'There is no seal at {file}.',
    next: 'Set the station up first, or bring the seal file back from a backup.',
  },
  'KEYS-SEAL-DAMAGED': {
    retry: 'never',
    text: 'The seal {file} is damaged ({reason}).',
    next: 'Bring the seal file back from a backup.',
  },
  'KEYS-BOOT-LOG-DAMAGED': {
    retry: 'never',
    text: 'The start log {file} was altered or damaged at line {line} ({reason}).',
    next: 'Do not go on: keep the file as evidence and call a supervisor.',
  },
} as const satisfies Record<string, FaultDescription>;
