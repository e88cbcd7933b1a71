"""An attacker: what somebody who has only what is published can work out about what is hidden."""
