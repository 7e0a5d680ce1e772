import type { FaultDescription } from './station-fault.ts';

/** Faults of the area packages: applet packages, where they come from, and bringing them onto a card. */
export const packageFaults = {
  'CAP-ARCHIVE': {
    retry: 'never',
    text: 'The file is not a CAP file ({reason}).',
    next: 'Make sure that the right file was chosen, and ask the provider for it once more.',
  },
  'CAP-MISSING': {
    retry: 'never',
    text: 'The CAP file lacks its component {component}.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-DIRECTORY': {
    retry: 'never',
    text: 'The directory of the CAP file says {stated} bytes for its component {component}, and {found} are there.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-COMPONENT': {
    retry: 'never',
    text: 'The component {component} of the CAP file is not as it must be: {reason}.',
    next: 'It was damaged or made wrongly. Ask the provider for it once more.',
  },
  'CAP-VERSION': {
    retry: 'never',
    text: 'The CAP file has the format {version}, and formats 2.1 and 2.2 can be read.',
    next: 'Ask the provider for a file converted for Java Card 3.0.5 or earlier.',
  },
  'APPLET-UNKNOWN': {
    retry: 'retry-after-mending',
    text: 'The catalogue does not hold {name}.',
    next: 'Bring the package in; an administrator asks for it, and another person signs.',
  },
  'APPLET-WITHDRAWN': {
    retry: 'never',
    text: '{name} was withdrawn from the catalogue.',
    next: 'Use a product with a newer package, or bring the package in once more.',
  },
  'APPLET-THERE': {
    retry: 'never',
    text: 'The catalogue holds it already, as {name}.',
    next: 'There is nothing to do. A new key of a provider needs a name of its own.',
  },
  'APPLET-VERSION': {
    retry: 'never',
    text: 'The catalogue holds another file with package {aid} of version {version}; a card cannot tell them apart.',
    next: 'Ask the provider for a version number of its own, or withdraw the other package first.',
  },
  'APPLET-PROVIDER': {
    retry: 'retry-after-mending',
    text: 'The provider {provider} is not trusted: {reason}.',
    next: "Compare the provider's key with what the provider published and bring it in; two others sign.",
  },
  'APPLET-KEY': {
    retry: 'never',
    text: 'The key of the provider cannot be used: {reason}.',
    next: 'Ask the provider for a public key on the curve P-256, or RSA of 2048 to 4096 bits, as a PEM file.',
  },
  'APPLET-SIGNATURE': {
    retry: 'never',
    text: 'The signature of {provider} does not fit the file.',
    next: 'Do not use the file. Ask the provider for file and signature once more.',
  },
  'APPLET-ALTERED': {
    retry: 'never',
    text: 'The file of the package {name} is missing or was altered since it was brought in.',
    next: 'No card is loaded with it. Call a supervisor; withdraw the package and bring it in once more.',
  },
  'APPLET-ENVIRONMENT': {
    retry: 'never',
    text: 'The package is for {environment} cards, and this card is not.',
    next: 'Use a product whose packages are for the same cards as the product.',
  },
} as const satisfies Record<string, FaultDescription>;
