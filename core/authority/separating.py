def held_before(session, day): return None
def newly_held(session, made, held): return []
