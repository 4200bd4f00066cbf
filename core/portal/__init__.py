"""The portal: the home page, made of the cards that core and the modules register."""
