"""Changes of agreed pay: written down, decided by whom the lists name, written as agreed pay, told to the person."""
