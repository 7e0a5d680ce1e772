import { defaultDataFolder } from './launcher/data-folder.ts';
import { launchStation } from './launcher/launch-station.ts';
import { launchHelp, readLaunchWords } from './launcher/launch-words.ts';

/** `npm start`: starts the station and its window, or a further window on the station that runs. */
async function main(words: readonly string[]): Promise<number> {
  const wish = readLaunchWords(words, defaultDataFolder(process.env));
  switch (wish.kind) {
    case 'help':
      process.stdout.write(launchHelp);
      return 0;
    case 'wrong':
      process.stderr.write(`${wish.text}\n\n${launchHelp}`);
      return 2;
    case 'launch':
      return launchStation(wish, {
        environment: process.env,
        uid: process.getuid?.(),
        platform: process.platform,
        say: (text) => process.stdout.write(`${text}\n`),
      });
  }
}

process.exitCode = await main(process.argv.slice(2));
