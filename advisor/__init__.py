"""CX Advisor: answers on customer-experience strategy and operating models, each statement checked and cited."""
