"""How the app is put on servers: image, replicas, profiles, and lists of what it is made of."""
