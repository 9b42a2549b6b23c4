// What vanilla-cookieconsent is run with: the two fields that it requires, one category to choose beside the necessary one, and
// texts about as long as ours. All else is as it is by default.
export const CONFIG = {
  categories: { necessary: { enabled: true, readOnly: true }, analytics: {} },
  language: {
    default: 'en',
    translations: {
      en: {
        consentModal: {
          title: 'We use cookies',
          description: 'We use cookies for statistics only if you accept. Then this site can recognise this browser.',
          acceptAllBtn: 'Accept all',
          acceptNecessaryBtn: 'Reject all',
          showPreferencesBtn: 'Manage individual preferences',
        },
        preferencesModal: {
          title: 'Manage cookie preferences',
          acceptAllBtn: 'Accept all',
          acceptNecessaryBtn: 'Reject all',
          savePreferencesBtn: 'Accept current selection',
          closeIconLabel: 'Close',
          sections: [
            { title: 'Strictly necessary', description: 'Without them this site does not work.', linkedCategory: 'necessary' },
            { title: 'Statistics', description: 'They tell how this site is used.', linkedCategory: 'analytics' },
          ],
        },
      },
    },
  },
};
