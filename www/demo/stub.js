// Calls made before askfirst.js has run wait here, in memory. If it never runs, they go with the page.
window.askfirst = window.askfirst || function () { (window.askfirst.q = window.askfirst.q || []).push(arguments); };
