import { useTranslation } from 'react-i18next';

/** Lists whose members the station sends as plain text. */
type WordList = 'disposition' | 'keyCheck' | 'keyWay' | 'passCheck' | 'reasonCode';

/** The word for a member of a list; a member that this page does not know is shown as the station sent it. */
export function useWord(): (list: WordList, member: string) => string {
  const { t, i18n } = useTranslation();
  return (list, member) => {
    const key = `${list}.${member}`;
    return i18n.exists(key) ? (t as (key: string) => string)(key) : member;
  };
}
