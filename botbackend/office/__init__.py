"""Where the people of a salon run the day: six rooms in the admin, skins over the operations of the apps."""
