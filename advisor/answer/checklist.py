def build_checklist(*a):
    return None
