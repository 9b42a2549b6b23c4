// Calls made before askfirst.js has run wait here, in memory. If it never runs, they go with the page.
self.askfirst = self.askfirst || function () { (self.askfirst.q = self.askfirst.q || []).push(arguments); };
