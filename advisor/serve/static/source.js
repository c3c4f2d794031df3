// Brings the quote into view when the link had no #quote.
document.getElementById("quote")?.scrollIntoView({ block: "center", behavior: "instant" });
