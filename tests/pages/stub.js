// The stub, and what the page's own code says before the script has loaded.
window.askfirst =
  window.askfirst ||
  function () {
    (askfirst.q = askfirst.q || []).push(arguments);
  };
askfirst('track', 'signup', { plan: 'pro' });
askfirst('track', 'download');
