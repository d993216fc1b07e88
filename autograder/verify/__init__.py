"""How good a hidden suite is: what it must catch, and what it must not punish."""
