"""Speed, measured beside this machine's own floor. Figures, not tests: nothing here fails."""
