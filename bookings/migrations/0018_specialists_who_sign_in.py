import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0017_one_form_of_contact_ids'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='specialist',
            name='user',
            field=models.ForeignKey(blank=True, help_text='Who signs in as this specialist', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='specialists', to=settings.AUTH_USER_MODEL),
        ),
    ]
